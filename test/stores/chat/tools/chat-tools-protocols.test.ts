import { expect, test } from 'vitest'
import { anthropic } from '../../../../src/protocols/anthropic.js'
import { gemini } from '../../../../src/protocols/gemini.js'
import { ollama } from '../../../../src/protocols/ollama.js'
import { openaiChat } from '../../../../src/protocols/openai-chat.js'
import { openaiResponses } from '../../../../src/protocols/openai-responses.js'
import type { ChatProtocol } from '../../../../src/protocols/types.js'
import { tool } from '../../../../src/stores/chat/tools/tool.js'
import { settle } from '../../../support/clock.js'
import { startChatTools } from './chat-tools-support.js'

const args = { city: 'Paris' }
const text = JSON.stringify(args)

/** A protocol, what its backend sends to call the tool, and what it must get of it. */
const protocols: [string, ChatProtocol, object[], object[]][] = [
  [
    'Chat Completions',
    openaiChat(),
    [
      {
        choices: [
          { delta: { tool_calls: [{ id: 'a', function: { name: 'weather', arguments: text } }] } },
        ],
      },
      { choices: [{ finish_reason: 'tool_calls' }] },
    ],
    [
      {
        role: 'assistant',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: text } }],
      },
      { role: 'tool', tool_call_id: 'a', content: '{"celsius":20}' },
    ],
  ],
  [
    'Anthropic',
    anthropic(),
    [
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 'a', name: 'weather', input: {} },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: text },
      },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    ],
    [
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'weather', input: args }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'a', content: '{"celsius":20}' }],
      },
    ],
  ],
  [
    'Gemini',
    gemini(),
    [
      {
        candidates: [
          {
            content: {
              parts: [{ functionCall: { name: 'weather', args }, thoughtSignature: 's' }],
            },
            finishReason: 'STOP',
          },
        ],
      },
    ],
    [
      {
        role: 'model',
        parts: [{ functionCall: { name: 'weather', args }, thoughtSignature: 's' }],
      },
      {
        role: 'user',
        parts: [{ functionResponse: { name: 'weather', response: { result: { celsius: 20 } } } }],
      },
    ],
  ],
  [
    'Ollama',
    ollama(),
    [
      { message: { tool_calls: [{ function: { name: 'weather', arguments: args } }] } },
      { done: true, done_reason: 'stop' },
    ],
    [
      { role: 'assistant', tool_calls: [{ function: { name: 'weather', arguments: args } }] },
      { role: 'tool', tool_name: 'weather', content: '{"celsius":20}' },
    ],
  ],
  [
    'Responses',
    openaiResponses(),
    [
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { type: 'function_call', call_id: 'a', name: 'weather', arguments: '' },
      },
      { type: 'response.function_call_arguments.done', output_index: 0, arguments: text },
      { type: 'response.completed', response: { object: 'response', status: 'completed' } },
    ],
    [
      { type: 'function_call', call_id: 'a', name: 'weather', arguments: text },
      { type: 'function_call_output', call_id: 'a', output: '{"celsius":20}' },
    ],
  ],
]

test.each(protocols)(
  '%s calls a tool and gets its result',
  async (_name, protocol, sent, expected) => {
    const weather = tool({ execute: () => ({ celsius: 20 }) })
    const { calls, calledNow, say } = startChatTools({ weather }, {}, { protocol })
    const call = await say('Do it')
    await call.send(...sent)
    if (calls.length === 1) await call.end()
    await settle()
    expect(calledNow()).toMatchObject([{ args, state: 'done', result: { celsius: 20 } }])
    expect(calls).toHaveLength(2)
    const body = calls[1]!.body as Record<string, object[]>
    expect((body['messages'] ?? body['input'] ?? body['contents'])?.slice(1)).toMatchObject(
      expected,
    )
  },
)
