import { tagOf } from '../../connection/request.js'
import { guard } from '../../guard.js'
import { auto } from '../../protocols/auto.js'
import type { ChatMessage } from '../../protocols/message/message.js'
import type { ChatProtocol, ChatRequest, ChatTurn } from '../../protocols/types.js'
import type { ChatOptions } from './chat-types.js'
import { hasMore } from './messages.js'
import type { TurnRequest } from './turn.js'

/**
 * The request of one turn: the protocol's, with the user's options, which are read at each attempt. Only
 * `signal` is the one that the turn began with.
 */
export function createTurnRequest(
  currentOptions: () => ChatOptions,
  turn: ChatTurn,
  currentReply: () => ChatMessage,
): TurnRequest {
  const { url = '/api/chat', protocol = auto(), signal } = currentOptions()
  const base = requestBy(protocol, turn)
  return {
    url: base.url ?? String(url),
    protocol,
    messages: turn.messages,
    options(isAsked) {
      const options = currentOptions()
      const { body, retry, format = protocol.format } = options
      const post = {
        body: () => mergedBody(base.body, typeof body === 'function' ? body() : body),
      }
      // `retry: false` is about the POST: a reply that was cut may still be fetched again, once after each cut.
      const attempts = retry === false ? { attempts: 1 } : retry
      const get = { method: 'GET', body: undefined, retry: { ...attempts, replay: true } }
      return { ...options, signal, baseHeaders: base.headers, format, ...(isAsked ? get : post) }
    },
    resumeUrl: () => resumeUrlOf(currentOptions(), currentReply()),
  }
}

/** Where the option `resumeUrl` says that the reply can be fetched from. */
export function resumeUrlOf({ resumeUrl }: ChatOptions, reply: ChatMessage): string | undefined {
  const given = typeof resumeUrl === 'function' ? guard(() => resumeUrl(reply)) : resumeUrl
  return given && String(given)
}

/** What the protocol throws is thrown again when `body` is read, where it fails the turn. */
function requestBy(protocol: ChatProtocol, turn: ChatTurn): ChatRequest {
  try {
    return protocol.request?.(turn) ?? { body: bodyOf(turn) }
  } catch (cause) {
    return {
      get body(): never {
        throw cause
      },
    }
  }
}

/** The body that most backends understand. It has no place for a reply of tool calls or data without text. */
function bodyOf({ messages }: ChatTurn): object {
  const spoken = messages.filter(
    (message) => message.content || message.role === 'user' || !hasMore(message),
  )
  return { messages: spoken.map(({ role, content }) => ({ role, content })) }
}

/** Merges plain objects. Anything else that the user gives is sent instead of the protocol's body. */
async function mergedBody(base: unknown, given: unknown): Promise<BodyInit | object> {
  const own = ((await given) ?? base) as BodyInit | object
  return isFields(base) && isFields(own) ? { ...base, ...own } : own
}

function isFields(value: unknown): value is object {
  return tagOf(value) === '[object Object]'
}
