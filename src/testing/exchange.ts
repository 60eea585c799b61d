import { defaultEnvironment } from '../connection/environment.js'
import type { HeadersInit } from '../fetch-types.js'
import { contentTypes } from '../formats/content-types.js'
import { encodeComment, encodeEvent } from '../formats/encode.js'
import type { EventFields, StreamFormat } from '../formats/types.js'
import type { ReceivedRequest } from './received-request.js'
import { createScriptedBody } from './scripted-body.js'

/** The status and the headers of a reply. */
export interface OpenOptions {
  /** Default 200. */
  status?: number | undefined
  /** Default: only the content type of the format, which is also added to these unless they have one. */
  headers?: HeadersInit | undefined
  /** The format in which `send` writes from now on. Default: the server's. */
  format?: StreamFormat | undefined
}

/**
 * One request and its reply. No part of the reply comes by itself, neither its headers nor its end: one
 * that a test leaves alone is that of a stalled server. Whatever is sent after the client has left is
 * ignored, as on a network.
 */
export interface Exchange {
  readonly request: ReceivedRequest
  /**
   * `waiting` before the headers, `open` while the body may go on, `ended` when the server is done,
   * `left` when the client went before that: it aborted the request or canceled the body.
   */
  readonly state: 'waiting' | 'open' | 'ended' | 'left'
  /** Sends the headers. Without it, the first part of the body or its end does so, with the defaults. */
  open: (options?: OpenOptions) => void
  /**
   * Sends one event, framed as the format says: a string as it is, anything else as JSON.
   *
   * @throws {StreamError} `invalid-option` for what cannot be framed: an id with a line end
   */
  send: (data: unknown, fields?: Omit<EventFields, 'data'>) => void
  /** Sends an SSE comment, such as a heartbeat. */
  comment: (text: string) => void
  /** Sends text or bytes as they are: as one chunk, or as several that are cut at these byte offsets. */
  write: (content: string | Uint8Array, cuts?: readonly number[]) => void
  /**
   * Sends the content a few `bytes` at a time (default 1), with so many milliseconds in between.
   * Resolves when all is sent.
   */
  drip: (content: string | Uint8Array, milliseconds: number, bytes?: number) => Promise<void>
  /** Resolves after so many milliseconds, of the test clock if one is installed. */
  pause: (milliseconds: number) => Promise<void>
  /** Ends the body cleanly. */
  end: () => void
  /**
   * Breaks the connection. Before the headers it is refused; after them it is reset, once what was sent
   * has been read. Default reason: the `TypeError` of a lost network.
   */
  cut: (reason?: unknown) => void
  /** Sends a complete answer, such as an error. An object is sent as JSON; `null` means no body. */
  respond: (status: number, body?: string | object | null, headers?: HeadersInit) => void
}

export interface Reply {
  exchange: Exchange
  /** Rejects if the connection was refused, or the client aborted before the headers. */
  response: Promise<Response>
}

export function createReply(
  request: ReceivedRequest,
  signal: AbortSignal | undefined,
  defaultFormat: StreamFormat,
): Reply {
  let state: Exchange['state'] = 'waiting'
  let format = defaultFormat
  let resolve: (response: Response) => void
  let reject: (reason: unknown) => void
  const response = new Promise<Response>((...settle) => ([resolve, reject] = settle))
  const body = createScriptedBody(leave)

  function leave(): void {
    if (state !== 'ended') state = 'left'
  }

  function abort(reason: unknown): void {
    leave()
    reject(reason)
    body.abort(reason)
  }

  /** Whether there is anybody to send to. */
  function mayAct(what: string): boolean {
    if (state === 'ended') throw new Error(`Expected no ${what}() after the reply had ended`)
    return state !== 'left'
  }

  function open(options: OpenOptions = {}): void {
    if (!mayAct('open')) return
    if (state === 'open') throw new Error('Expected open() once, before any part of the body')
    format = options.format ?? format
    const headers = new Headers(options.headers)
    if (!headers.has('content-type')) headers.set('content-type', contentTypes[format])
    resolve(new Response(body.stream, { status: options.status, headers }))
    state = 'open'
  }

  function write(content: string | Uint8Array, cuts: readonly number[] = []): void {
    if (!mayAct('write')) return
    if (state === 'waiting') open()
    const bytes = toBytes(content)
    const starts = [0, ...cuts].sort((a, b) => a - b)
    for (const [index, start] of starts.entries()) {
      const chunk = bytes.slice(start, starts[index + 1])
      if (chunk.length > 0) body.write(chunk)
    }
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resume) => void defaultEnvironment.delay(resume, milliseconds))
  }

  if (signal?.aborted) abort(signal.reason)
  else signal?.addEventListener('abort', () => abort(signal.reason))

  const exchange: Exchange = {
    request,
    get state() {
      return state
    },
    open,
    send: (data, fields) => write(encodeEvent(format, { ...fields, data })),
    comment: (text) => write(encodeComment(text)),
    write,
    async drip(content, milliseconds, size = 1) {
      const bytes = toBytes(content)
      for (let start = 0; start < bytes.length; start += size) {
        if (start > 0) await pause(milliseconds)
        write(bytes.slice(start, start + size))
      }
    },
    pause,
    end() {
      if (!mayAct('end')) return
      if (state === 'waiting') open()
      state = 'ended'
      body.end()
    },
    cut(reason = new TypeError('terminated')) {
      if (!mayAct('cut')) return
      reject(reason)
      state = 'ended'
      body.cut(reason)
    },
    respond(status, content, given) {
      if (!mayAct('respond')) return
      if (state === 'open') throw new Error('Expected respond() before any part of the body')
      const headers = new Headers(given)
      const isJson = typeof content === 'object' && content !== null
      if (isJson && !headers.has('content-type')) headers.set('content-type', 'application/json')
      resolve(new Response(isJson ? JSON.stringify(content) : content, { status, headers }))
      state = 'ended'
    },
  }
  return { exchange, response }
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content
}
