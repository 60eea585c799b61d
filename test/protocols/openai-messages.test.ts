import { expect, test } from 'vitest'
import { cohere } from '../../src/protocols/cohere.js'
import { openaiChat } from '../../src/protocols/openai-chat.js'
import { bodyOf, conversation, linkedImage, message, pdf } from './tool-conversation.js'

test.each([openaiChat, cohere])('%o sends tool calls, each round with its answers', (protocol) => {
  const tool = (id: string, args = '{"city":"Paris"}'): object => ({
    id,
    type: 'function',
    function: { name: 'weather', arguments: args },
  })
  expect(bodyOf(protocol(), conversation)).toMatchObject({
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
        tool_calls: [tool('c1'), tool('c2', '{}')],
      },
      { role: 'tool', tool_call_id: 'c1', content: '{"celsius":20}' },
      { role: 'tool', tool_call_id: 'c2', content: 'No JSON' },
      { role: 'assistant', content: 'It is warm.', tool_calls: [tool('c3')] },
      { role: 'tool', tool_call_id: 'c3', content: 'rain' },
      { role: 'user', content: 'Thanks' },
    ],
  })
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

test('a reply without parts is its content, and a call alone has no content', () => {
  const calls = conversation[2]!.parts.slice(2, 3)
  const messages = [message('assistant', 'Hi', []), message('assistant', '', calls)]
  const { messages: sent } = bodyOf(openaiChat(), messages) as { messages: object[] }
  expect(sent[0]).toEqual({ role: 'assistant', content: 'Hi' })
  expect(sent[1]).not.toHaveProperty('content')
})
