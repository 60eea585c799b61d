// The request of LangGraph.
import { describe, expect, test } from 'vitest'
import { langGraph } from '../../../src/protocols/lang-graph.js'
import type { MessagePart } from '../../../src/protocols/message/message.js'
import { startChat } from '../../stores/chat/chat-support.js'
import { answeredCall, bodyOf, linkedImage, message } from '../conversation.js'
import { sse } from './lang-graph-sse.js'

describe('the request', () => {
  test('has LangChain’s messages', () => {
    const reply = message('assistant', '3 °C', [answeredCall, { type: 'text', text: '3 °C' }])
    const asked = message('user', 'Hi', [{ type: 'text', text: 'Hi' }, linkedImage])
    expect(bodyOf(langGraph(), [message('system', 'Be brief'), asked, reply])).toMatchObject({
      assistant_id: 'agent',
      stream_mode: expect.arrayContaining(['messages-tuple']),
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
