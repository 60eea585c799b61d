import { expect, test } from 'vitest'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { receive, receiveData } from '../receive.js'

function chunk(delta: object, more: object = {}): object {
  return { Note: 'AI', Choices: [{ Delta: { Role: 'assistant', ...delta }, ...more }], Id: 'h1' }
}

test('what Hunyuan streams is read like OpenAI’s', () => {
  const call = { Id: 'c1', Function: { Name: 'weather', Arguments: '{"City":"Oslo"}' }, Index: 0 }
  const { draft, ended } = receiveData(
    openaiChat(),
    chunk({ ReasoningContent: 'Hm' }, { FinishReason: '' }),
    chunk({ Content: 'Say "Content": ' }),
    chunk({ ToolCalls: [call] }, { FinishReason: 'tool_calls' }),
    { Note: 'AI', Choices: [], Usage: { PromptTokens: 1, CompletionTokens: 2 } },
  )
  expect(ended).toBe('complete')
  expect(draft.snapshot()).toMatchObject({
    parts: [
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Say "Content": ' },
      { type: 'tool-call', id: 'c1', name: 'weather', args: { City: 'Oslo' } },
    ],
    rawFinishReason: 'tool_calls',
    usage: { inputTokens: 1, outputTokens: 2 },
    metadata: { id: 'h1' },
  })
})

test('so are its errors', () => {
  const { draft } = receiveData(openaiChat(), chunk({ Content: 'Hi' }), {
    ErrorMsg: { Msg: 'Overloaded', Code: 2003 },
  })
  expect([draft.content, draft.error?.message]).toEqual(['Hi', 'Overloaded'])
})

test.each([
  [{ Choices: [{ Message: { Content: 'Hi' }, FinishReason: 'stop' }] }, 'Hi'],
  [{ Error: { Code: 'AuthFailure', Message: 'No such key' } }, 'No such key'],
])('so is an answer in one piece, %j', (Response, words) => {
  const { draft } = receive(openaiChat(), 'json-seq', [JSON.stringify({ Response })])
  expect(draft.error?.message ?? draft.content).toBe(words)
})
