import type { RequestOptions } from '../connection/types.js'
import type { ChatMessage } from '../protocols/message.js'
import type { ChatProtocol, ChatRequest } from '../protocols/types.js'
import type { ChatOptions } from './chat-types.js'

/** The POST of one turn, asked at each attempt: the protocol's request and the user's options. */
export function turnOptions(
  options: ChatOptions,
  protocol: ChatProtocol,
  history: readonly ChatMessage[],
  written: ChatRequest | undefined,
): RequestOptions {
  const { body } = options
  const base = written?.body ?? defaultBody(history)
  return {
    ...options,
    method: options.method ?? 'POST',
    headers: mergedHeaders(written?.headers, options.headers),
    body: typeof body === 'function' ? () => mergedBody(base, body()) : mergedBody(base, body),
    format: options.format ?? protocol.format,
  }
}

/** The GET that fetches a cut reply again. What it asks for is in its URL, so that it may be repeated. */
export function resumeOptions(options: ChatOptions, protocol: ChatProtocol): RequestOptions {
  const { retry } = options
  return {
    ...options,
    method: 'GET',
    body: undefined,
    format: options.format ?? protocol.format,
    // `retry: false` is about the question: the answer may still be fetched, once.
    retry: { ...(retry === false ? { attempts: 1 } : retry), replay: true },
  }
}

function defaultBody(messages: readonly ChatMessage[]): object {
  return { messages: messages.map(({ role, content }) => ({ role, content })) }
}

/** Fields are added to fields; what is no plain object is sent instead. */
function mergedBody(base: unknown, given: BodyInit | object | undefined): BodyInit | object {
  if (given === undefined) return base as object
  return isFields(base) && isFields(given) ? { ...base, ...given } : given
}

function isFields(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]'
}

function mergedHeaders(
  written: HeadersInit | undefined,
  given: RequestOptions['headers'],
): RequestOptions['headers'] {
  if (!written) return given
  if (typeof given === 'function') return async () => joined(written, await given())
  return joined(written, given)
}

function joined(base: HeadersInit, added: HeadersInit | undefined): Headers {
  const headers = new Headers(base)
  new Headers(added).forEach((value, name) => headers.set(name, value))
  return headers
}
