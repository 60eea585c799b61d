import { defaultEnvironment } from '../connection/environment.js'
import type { HeadersInit } from '../fetch-types.js'
import { contentTypes } from '../formats/content-types.js'
import { encodeComment, encodeEvent } from '../formats/encode.js'
import type { EventFields, StreamFormat } from '../formats/types.js'
import type { ReceivedRequest } from './received-request.js'
import { createScriptedBody } from './scripted-body.js'

/** What the headers of a reply say. */
export interface OpenOptions {
  /** Default 200. */
  status?: number
  /** Beside the content type, which is the format's unless it is among them. */
  headers?: HeadersInit
  /** How `send` writes from here on. Default: the server's. */
  format?: StreamFormat
}

/**
 * One request and its reply, of which no part comes by itself: not its headers, and not its end. A reply
 * that a test leaves alone is that of a server which has stalled. Whatever is sent after the client has
 * left is ignored, as it is on a network.
 */
export interface Exchange {
  readonly request: ReceivedRequest
  /**
   * `waiting` before the headers, `open` while the body may go on, `ended` when the server is done,
   * `left` when the client went before that: it aborted the request or canceled the body.
   */
  readonly state: 'waiting' | 'open' | 'ended' | 'left'
  /** Sends the headers. Sending a part of the body does so too, where this has not been called before. */
  open: (options?: OpenOptions) => void
  /**
   * Sends one event, framed as the format says: a string as it is, anything else as JSON.
   *
   * @throws {StreamError} `invalid-option` for what cannot be framed: an id with a line end
   */
  send: (data: unknown, fields?: Omit<EventFields, 'data'>) => void
  /** Sends an SSE comment, as servers do for a heartbeat. */
  comment: (text: string) => void
  /** Sends text or bytes as they are, in chunks that are cut at these byte offsets. Default: in one. */
  write: (content: string | Uint8Array, cuts?: readonly number[]) => void
  /**
   * Sends the content so many bytes at a time (default 1), with so many milliseconds between.
   * Resolves when all is sent.
   */
  drip: (content: string | Uint8Array, milliseconds: number, bytes?: number) => Promise<void>
  /** Resolves after so many milliseconds, by the test clock where one is installed. */
  pause: (milliseconds: number) => Promise<void>
  /** Ends the body as it should end. */
  end: () => void
  /**
   * Breaks the connection: refuses it before the headers, and after them resets it when what was sent has
   * been read. Default reason: the `TypeError` of a lost network.
   */
  cut: (reason?: unknown) => void
  /** Sends a whole answer at once, such as an error. An object is sent as JSON; `null` means no body. */
  respond: (status: number, body?: string | object | null, headers?: HeadersInit) => void
}

export interface Reply {
  exchange: Exchange
  /** Rejects where the connection was refused, or the client aborted before the headers. */
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
    if (isLive()) state = 'left'
  }

  function abort(reason: unknown): void {
    leave()
    reject(reason)
    body.abort(reason)
  }

  function isLive(): boolean {
    return state === 'waiting' || state === 'open'
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
    respond(status, content = null, given) {
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
