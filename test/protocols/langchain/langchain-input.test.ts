// The request of LangGraph.
import { describe, expect, test } from 'vitest'
import { langGraph } from '../../../src/protocols/lang-graph.js'
import type {
  ChatMessage,
  MessagePart,
  ToolCallPart,
} from '../../../src/protocols/message/message.js'
import { startChat } from '../../stores/chat/chat-support.js'
import { answeredCall, bodyOf, linkedImage, message } from '../conversation.js'
import { receive } from '../receive.js'
import { sse, type Sent } from './lang-graph-sse.js'

describe('the request', () => {
  test('has LangChain’s messages', () => {
    const reply = message('assistant', '3 °C', [answeredCall, { type: 'text', text: '3 °C' }])
    const asked = message('user', 'Hi', [{ type: 'text', text: 'Hi' }, linkedImage])
    expect(bodyOf(langGraph(), [message('system', 'Be brief'), asked, reply])).toMatchObject({
      assistant_id: 'agent',
      stream_mode: expect.arrayContaining(['messages-tuple']),
      stream_resumable: true,
      on_disconnect: 'continue',
      input: {
        messages: [
          { type: 'system', content: 'Be brief' },
          {
            type: 'human',
            content: [
              { type: 'text', text: 'Hi' },
              { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            ],
          },
          { type: 'ai', tool_calls: [{ id: 'c1', name: 'weather', args: { city: 'Oslo' } }] },
          { type: 'tool', tool_call_id: 'c1', content: '{"t":3}' },
          { type: 'ai', content: '3 °C' },
        ],
      },
    })
  })

  test('has no text where there is only a file', () => {
    expect(bodyOf(langGraph(), [message('user', '', [linkedImage])])).toMatchObject({
      input: { messages: [{ content: [{ type: 'image_url' }] }] },
    })
  })

  test('has files in the blocks of LangChain', () => {
    const pdf = { type: 'file', mediaType: 'application/pdf' } as const
    const parts: MessagePart[] = [
      { ...pdf, url: 'https://example.com/a.pdf', name: 'a.pdf' },
      { ...pdf, url: 'data:application/pdf;base64,JVBERi0=' },
      { type: 'file', mediaType: 'audio/wav', data: 'UklGRg==' },
    ]
    const { input } = bodyOf(langGraph(), [message('user', '', parts)])
    expect(input).toMatchObject({
      messages: [
        {
          content: [
            {
              type: 'file',
              source_type: 'url',
              url: 'https://example.com/a.pdf',
              mime_type: 'application/pdf',
              filename: 'a.pdf',
            },
            // OpenAI, which may be behind it, wants a name.
            { type: 'file', source_type: 'base64', data: 'JVBERi0=', filename: 'file' },
            { type: 'audio', source_type: 'base64', data: 'UklGRg==', mime_type: 'audio/wav' },
          ],
        },
      ],
    })
  })

  test('of a thread has only what is new', () => {
    const history = [message('user', 'Hi'), message('assistant', 'Hello'), message('user', 'And?')]
    expect(bodyOf(langGraph({ assistantId: 'a', hasThread: true }), history)).toMatchObject({
      assistant_id: 'a',
      input: { messages: [{ type: 'human', content: 'And?' }] },
    })
  })
})

describe('to a thread', () => {
  /** A run that waits for the page, once its own tool `c1` has answered. */
  const run: Sent[] = [
    ['messages', [{ type: 'ai', id: 'm1', tool_calls: [{ id: 'c1', name: 'weather', args: {} }] }]],
    ['messages', [{ type: 'tool', tool_call_id: 'c1', content: '3 °C' }]],
    ['messages', [{ type: 'ai', id: 'm2', tool_calls: [{ id: 'c2', name: 'ask', args: {} }] }]],
  ]

  /** The messages that are sent when the page has answered with `more`, and what was said after that. */
  function sent(more: Partial<ToolCallPart>, ...after: ChatMessage[]): unknown {
    const { draft } = receive(langGraph(), 'sse', [sse(run)])
    const parts = draft
      .snapshot()
      .parts.map((part): MessagePart =>
        part.type !== 'tool-call' || part.id === 'c1' ? part : { ...part, ...more },
      )
    const reply = message('assistant', '', parts)
    const body = bodyOf(langGraph({ hasThread: true }), [message('user', 'Hi'), reply, ...after])
    return (body['input'] as { messages: unknown }).messages
  }

  test('go the results of the page’s tools, each as the same message if it is sent again', () => {
    const result = { type: 'tool', id: 'c2', tool_call_id: 'c2', content: 'yes' }
    expect(sent({ state: 'done', result: 'yes' })).toEqual([result])
    expect(sent({ state: 'done', result: 'yes' }, message('user', 'And?'))).toEqual([
      result,
      { type: 'human', content: 'And?' },
    ])
  })

  test('go its errors, as such', () => {
    const error = { type: 'tool', tool_call_id: 'c2', content: 'No', status: 'error' }
    expect(sent({ state: 'error', error: 'No' })).toMatchObject([error])
  })

  test('goes nothing of a call that waits, or of an earlier reply', () => {
    expect(sent({ state: 'ready' })).toEqual([])
    expect(sent({ state: 'done', result: 1 }, message('assistant', 'Fine'))).toEqual([])
  })
})

test('a role nobody knows is not the model’s', () => {
  const developer = { ...message('user', 'Be brief'), role: 'developer' as 'user' }
  expect(bodyOf(langGraph(), [developer])).toMatchObject({
    input: { messages: [{ type: 'developer', content: 'Be brief' }] },
  })
})

test('what a thread has been told is not sent again, though its run was interrupted without a word', async () => {
  const { say } = startChat({
    url: 'http://localhost:2024/threads/t/runs/stream',
    protocol: langGraph({ hasThread: true }),
  })
  const asked = await say('Deploy')
  await asked.write(sse([['updates', { __interrupt__: [{ value: 'Sure?' }] }]]))
  await asked.end()
  const { body } = await say('Yes')
  expect(body).toMatchObject({ input: { messages: [{ type: 'human', content: 'Yes' }] } })
})
