import type { ChatMessage, MessagePart } from '../../src/protocols/message/message.js'
import type { ChatProtocol } from '../../src/protocols/types.js'

/** A settled message, for the history of a request. */
export function message(
  role: ChatMessage['role'],
  content: string,
  more: { parts?: MessagePart[]; metadata?: Record<string, unknown> } = {},
): ChatMessage {
  const text: MessagePart[] = content === '' ? [] : [{ type: 'text', text: content }]
  return { id: `${role}-1`, role, content, parts: text, status: 'complete', ...more }
}

/** The body of a turn, as it is on the wire. */
export function bodyOf(
  protocol: ChatProtocol,
  ...messages: ChatMessage[]
): Record<string, unknown> {
  return JSON.parse(JSON.stringify(protocol.request!({ messages }).body)) as Record<string, unknown>
}

export const image: MessagePart = {
  type: 'file',
  mediaType: 'image/png',
  url: 'https://example.com/a.png',
}

/** What a model asked a tool, and what the tool gave. */
export const answeredCall: MessagePart = {
  type: 'tool-call',
  id: 'c1',
  name: 'weather',
  args: { city: 'Oslo' },
  argsText: '{"city":"Oslo"}',
  state: 'done',
  result: { t: 3 },
}
