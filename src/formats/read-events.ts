import { StreamError } from '../errors.js'
import { hints } from '../hints.js'
import { createParser } from './create-parser.js'
import { detectFormat } from './detect-format.js'
import { isUnread, responseError } from './response.js'
import type { Parser, StreamEvent, StreamFormat } from './types.js'

/** The options of `readEvents()`. */
export interface ReadEventsOptions {
  /**
   * How the events are framed. Default: as the response's content type says, and `sse` for a bare
   * stream. If set, the content type is not checked.
   */
  format?: StreamFormat | undefined
  /** The most characters one event may have. Default 16 Mi (16,777,216). */
  maxEventSize?: number | undefined
  /** When it aborts, the body is canceled and the iteration rejects with the code `aborted`. */
  signal?: AbortSignal | undefined
}

/**
 * Iterates over the events of a response, or of its body, with `for await`. The body is read only as
 * fast as the loop asks for events, and leaving the loop cancels it. An SSE event that the end of the
 * stream leaves unfinished is dropped, as the standard says.
 *
 * @throws {StreamError} `http` or `content-type` if the response is not a stream, `invalid-option` if
 * its body is not a web stream or has been read already, `network` if it breaks off, `too-large`, or
 * `aborted`. Events that came before an error are delivered first, except on `aborted`.
 *
 * @example
 * ```ts
 * import { readEvents } from 'brooklet/parser'
 *
 * for await (const event of readEvents(await fetch('/api/stream'))) {
 *   console.log(event.type, event.data)
 * }
 * ```
 */
export function readEvents(
  source: Response | ReadableStream<Uint8Array>,
  options: ReadEventsOptions = {},
): AsyncGenerator<StreamEvent, void> {
  const leaving = new AbortController()
  const from = isResponse(source) ? source : { body: source }
  const events = generateEvents(from, options, leaving.signal)
  const finish = events.return.bind(events)
  // A generator's own `return` waits for the pending read, which never settles on a silent stream.
  events.return = (value) => {
    leaving.abort()
    // For a body that has no reader yet. Where it has one this rejects, and `leaving` cancels the reader.
    cancelBody(from)
    return finish(value)
  }
  return events
}

async function* generateEvents(
  source: Source,
  options: ReadEventsOptions,
  leaving: AbortSignal,
): AsyncGenerator<StreamEvent, void> {
  const { signal, maxEventSize } = options
  const { body } = source
  if (signal?.aborted) cancelBody(source, signal.reason)
  throwIfAborted(signal)
  const format = await acceptFormat(source, options)
  if (body === null || leaving.aborted) return
  if (!isUnread(source)) throw unreadableError()
  const events: StreamEvent[] = []
  const onEvent = (event: StreamEvent): void => void events.push(event)
  const parser = createParser(format, { onEvent }, { maxEventSize })
  const reader = body.getReader()
  // Not every `fetch` settles a pending read when its request is aborted; canceling the reader does.
  const cancel = (): void => void reader.cancel(signal?.reason).catch(() => {})
  signal?.addEventListener('abort', cancel)
  leaving.addEventListener('abort', cancel)
  try {
    let chunk: Uint8Array | undefined
    do {
      chunk = await readChunk(reader, source, signal)
      if (leaving.aborted) return
      const error = parse(parser, chunk)
      for (const event of events.splice(0)) {
        throwIfAborted(signal)
        yield event
      }
      if (error) throw error
    } while (chunk)
  } finally {
    signal?.removeEventListener('abort', cancel)
    cancel()
  }
}

/** A response, or what there is of one. */
type Source = Response | { body: ReadableStream<Uint8Array> | null }

/** The format of the source. Throws if it is a response that is not a stream. */
async function acceptFormat(
  source: Source,
  { format: given, signal }: ReadEventsOptions,
): Promise<StreamFormat> {
  if (!isResponse(source)) return given ?? 'sse'
  const format = given ?? detectFormat(source.headers.get('content-type'))
  const error = await responseError(source, format)
  throwIfAborted(signal)
  if (error) throw error
  return format ?? 'sse'
}

function unreadableError(): StreamError {
  const message = 'Expected the body unread, as a stream: it is none, or read already'
  return new StreamError('invalid-option', message, { hint: hints.body })
}

/** The next chunk, `undefined` at the end of the stream. */
async function readChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  try {
    const { value } = await reader.read()
    throwIfAborted(signal)
    return value
  } catch (cause) {
    throwIfAborted(signal)
    const url = isResponse(source) ? source.url : ''
    throw new StreamError('network', `The stream${url && ` from ${url}`} broke off`, { url, cause })
  }
}

/** Returns the parser's error, so that the events before it can be delivered first. */
function parse(parser: Parser, chunk: Uint8Array | undefined): unknown {
  try {
    if (chunk) parser.push(chunk)
    else parser.end()
    return undefined
  } catch (error) {
    return error
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new StreamError('aborted', 'Reading the stream was aborted', { cause: signal.reason })
  }
}

function cancelBody(source: Source, reason?: unknown): void {
  source.body?.cancel?.(reason).catch(() => {})
}

/** Not `instanceof`: a response may come from another realm or from a polyfill. */
function isResponse(source: object): source is Response {
  return 'headers' in source
}
