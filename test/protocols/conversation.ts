import type { ChatMessage, MessagePart, ToolCallPart } from '../../src/protocols/message/message.js'
import type { ChatProtocol } from '../../src/protocols/types.js'

/** A settled message, for the history of a request. */
export function message(
  role: ChatMessage['role'],
  content: string,
  parts: readonly MessagePart[] = content === '' ? [] : [{ type: 'text', text: content }],
  metadata?: Record<string, unknown>,
): ChatMessage {
  return {
    id: `${role}-1`,
    role,
    content,
    parts,
    status: 'complete',
    ...(metadata && { metadata }),
  }
}

export function call(id: string, more: Partial<ToolCallPart> = {}): ToolCallPart {
  return {
    type: 'tool-call',
    id,
    name: 'weather',
    args: { city: 'Paris' },
    argsText: '{"city":"Paris"}',
    state: 'done',
    result: { celsius: 20 },
    ...more,
  }
}

/** The parts of a reply, once the page has answered what it calls. */
export function answered(parts: readonly MessagePart[], result: unknown): MessagePart[] {
  return parts.map((part) =>
    part.type === 'tool-call' && !part.providerExecuted ? { ...part, state: 'done', result } : part,
  )
}

/** What a model asked a tool, and what the tool gave. */
export const answeredCall = call('c1', {
  args: { city: 'Oslo' },
  argsText: '{"city":"Oslo"}',
  result: { t: 3 },
})

export const image: MessagePart = { type: 'file', mediaType: 'image/png', data: 'iVBORw==' }
export const linkedImage: MessagePart = {
  type: 'file',
  mediaType: 'image/png',
  url: 'https://example.com/a.png',
}
export const pdf: MessagePart = {
  type: 'file',
  mediaType: 'application/pdf',
  url: 'data:application/pdf;base64,JVBERi0=',
  name: 'a.pdf',
}

/** Two rounds of tools in one reply, with calls that have no place in a request. */
export const conversation: ChatMessage[] = [
  message('system', 'Be brief.'),
  message('user', 'Look', [{ type: 'text', text: 'Look' }, image]),
  message('assistant', 'Let me see.It is warm.', [
    { type: 'reasoning', text: 'Hm', signature: 'sig' },
    { type: 'text', text: 'Let me see.' },
    call('c1', { signature: 'seal' }),
    call('c2', { args: null, argsText: '{', state: 'error', error: 'No JSON', result: undefined }),
    call('unanswered', { state: 'ready' }),
    call('theirs', { providerExecuted: true }),
    { type: 'text', text: 'It is warm.' },
    call('c3', { result: 'rain' }),
  ]),
  message('user', 'Thanks'),
]

/** The body that is sent, as the backend gets it. */
export function bodyOf(
  protocol: ChatProtocol,
  messages: readonly ChatMessage[],
): Record<string, unknown> {
  return JSON.parse(JSON.stringify(protocol.request?.({ messages }).body)) as Record<
    string,
    unknown
  >
}
