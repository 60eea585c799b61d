import { expect, test } from 'vitest'
import { cohere } from '../../../src/protocols/cohere.js'
import { dashscope } from '../../../src/protocols/dashscope.js'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { bodyOf, call, conversation, linkedImage, message, pdf } from '../conversation.js'

const weatherCall = (id: string, args = '{"city":"Paris"}'): object => ({
  id,
  type: 'function',
  function: { name: 'weather', arguments: args },
})

test('tool calls are sent, each round with its answers', () => {
  expect(bodyOf(openaiChat(), conversation)).toMatchObject({
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==' } },
        ],
      },
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [weatherCall('c1'), weatherCall('c2', '{}')],
      },
      { role: 'tool', tool_call_id: 'c1', content: '{"celsius":20}' },
      { role: 'tool', tool_call_id: 'c2', content: 'No JSON' },
      { role: 'assistant', content: 'It is warm.', tool_calls: [weatherCall('c3')] },
      { role: 'tool', tool_call_id: 'c3', content: 'rain' },
      { role: 'user', content: 'Thanks' },
    ],
  })
})

test('Cohere gets what was said before calls as the plan for them, and no content beside them', () => {
  const { messages } = bodyOf(cohere(), conversation) as { messages: object[] }
  const calls = [weatherCall('c1'), weatherCall('c2', '{}')]
  expect(messages[2]).toEqual({
    role: 'assistant',
    tool_plan: 'HmLet me see.',
    tool_calls: calls,
  })
  expect(messages[3]).toMatchObject({ role: 'tool', tool_call_id: 'c1' })
})

test('a call’s id is sent once, and its answer has the same', () => {
  const twice = [
    message('assistant', '', [call('call-1')]),
    message('assistant', '', [call('call-1')]),
  ]
  const { messages } = bodyOf(openaiChat(), twice) as {
    messages: { tool_calls?: { id: string }[]; tool_call_id?: string }[]
  }
  const [first, second] = messages.flatMap(({ tool_calls: calls }) => calls ?? [])
  expect(first!.id).toBe('call-1')
  expect(second!.id).not.toBe('call-1')
  expect(messages.flatMap(({ tool_call_id: id }) => id ?? [])).toEqual([first!.id, second!.id])
})

test('files are sent in their own form', () => {
  const unnamed = { type: 'file', mediaType: 'application/pdf', data: 'JVBERi0=' } as const
  const audio = { type: 'file', mediaType: 'audio/mpeg', data: 'SUQz' } as const
  expect(
    bodyOf(openaiChat(), [message('user', '', [linkedImage, pdf, unnamed, audio])]),
  ).toMatchObject({
    messages: [
      {
        content: [
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          {
            type: 'file',
            file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
          },
          // The API wants a name.
          { type: 'file', file: { filename: 'file' } },
          { type: 'input_audio', input_audio: { data: 'SUQz', format: 'mp3' } },
        ],
      },
    ],
  })
})

function fileSent(mediaType: string): unknown {
  return bodyOf(openaiChat(), [message('user', '', [{ type: 'file', mediaType, data: 'AA' }])])
}

test.each([
  ['image/*', 'image_url'],
  ['video/*', 'video_url'],
  ['audio/*', 'file'],
  ['', 'file'],
])('a file of the type "%s" is sent as %s', (mediaType, type) => {
  expect(fileSent(mediaType)).toMatchObject({ messages: [{ content: [{ type }] }] })
})

test.each([
  ['audio/mpeg', 'mp3'],
  ['audio/mp3', 'mp3'],
  ['audio/wav', 'wav'],
  ['audio/x-wav', 'wav'],
  ['audio/vnd.wave', 'wav'],
  ['audio/mp4', 'm4a'],
  ['audio/webm;codecs=opus', 'webm'],
])('%s is sent as %s', (mediaType, format) => {
  expect(fileSent(mediaType)).toMatchObject({
    messages: [{ content: [{ type: 'input_audio', input_audio: { data: 'AA', format } }] }],
  })
})

test.each([
  [{ data: 'AA' }, 'data:video/mp4;base64,AA'],
  [{ url: 'https://example.com/a.mp4' }, 'https://example.com/a.mp4'],
])('a video with %j is sent by its address', (more, url) => {
  const file = { type: 'file', mediaType: 'video/mp4', ...more } as const
  expect(bodyOf(openaiChat(), [message('user', '', [file])])).toMatchObject({
    messages: [{ content: [{ type: 'video_url', video_url: { url } }] }],
  })
})

test('a reply without parts is its content', () => {
  const { messages } = bodyOf(openaiChat(), [message('assistant', 'Hi', [])]) as {
    messages: object[]
  }
  expect(messages).toEqual([{ role: 'assistant', content: 'Hi' }])
})

// Servers of Qwen refuse a message that leaves it out, and Bedrock one in which it is empty.
test.each([
  ['Chat Completions', openaiChat(), null],
  ['DashScope', dashscope(), ''],
])('a call alone has the content that %s has there', (_name, protocol, content) => {
  const body = bodyOf(protocol, [message('assistant', '', [call('c')])]) as {
    messages?: object[]
    input: { messages: object[] }
  }
  const [sent] = body.messages ?? body.input.messages
  expect(sent).toEqual({ role: 'assistant', content, tool_calls: [weatherCall('c')] })
})
