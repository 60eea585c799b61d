import { describe, expect, test } from 'vitest'
import { anthropic } from '../../../src/protocols/anthropic.js'
import { cohere } from '../../../src/protocols/cohere.js'
import { coze } from '../../../src/protocols/coze.js'
import { dashscope } from '../../../src/protocols/dashscope.js'
import { geminiInteractions } from '../../../src/protocols/gemini-interactions.js'
import { gemini } from '../../../src/protocols/gemini.js'
import { ollama } from '../../../src/protocols/ollama.js'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { openaiResponses } from '../../../src/protocols/openai-responses.js'
import { qianfan } from '../../../src/protocols/qianfan.js'
import { tgi } from '../../../src/protocols/tgi.js'
import { workersAi } from '../../../src/protocols/workers-ai.js'
import { receive, receiveData } from '../receive.js'

const protocols = [
  openaiChat,
  anthropic,
  openaiResponses,
  gemini,
  geminiInteractions,
  ollama,
  cohere,
  workersAi,
  tgi,
  qianfan,
]

describe.each(protocols)('%o', (protocol) => {
  test.each([
    ['an event named so', 'event: error\ndata: Overloaded\n\n'],
    ['an event named so, in JSON', 'event: error\ndata: {"message":"Overloaded"}\n\n'],
    ['a record that has one', 'data: {"error":{"message":"Overloaded","code":1}}\n\n'],
    ['a record that has its words', 'data: {"error":"Overloaded"}\n\n'],
    ['a list of such a record', 'data: [{"error":{"message":"Overloaded"}}]\n\n'],
  ])('takes %s for an error', (_name, data) => {
    const { draft, ended, errors } = receive(protocol(), 'sse', [data])
    expect([draft.error?.code, draft.error?.message]).toEqual(['protocol', 'Overloaded'])
    expect([ended, errors]).toEqual(['error', []])
  })

  test.each(['', '{', '"', '[', '7', 'null', '{}', '[]', '{"type":7}', '{"error":null}'])(
    'survives %j',
    (data) => {
      const { draft, ended } = receiveData(protocol(), data)
      expect(draft.error).toBeUndefined()
      expect(ended).toBe('cut')
    },
  )

  test.each([
    'event: ping\ndata: 2020-12-22',
    'event: heartbeat\ndata: 2020-12-22',
    'event: keepalive\ndata: 2020-12-22',
    'data:',
    'data',
    'data: ',
  ])('takes %j for a sign of life', (event) => {
    const { draft, ended, errors } = receive(protocol(), 'sse', [`${event}\n\n`])
    expect([draft.content, ended, errors]).toEqual(['', 'cut', []])
  })

  test('takes [DONE] for the end of its own or for nothing', () => {
    const { draft, errors } = receive(protocol(), 'sse', ['data:   [DONE] \n\n'])
    expect([draft.content, errors]).toEqual(['', []])
  })
})

describe.each([...protocols, coze, dashscope])('%o', (protocol) => {
  test.each(['Overloaded', '[Errno 111] Connection refused'])(
    'takes an error named %s',
    (words) => {
      const { draft, errors } = receive(protocol(), 'sse', [`event: error\ndata: ${words}\n\n`])
      expect([draft.error?.message, errors]).toEqual([words, []])
    },
  )
})
