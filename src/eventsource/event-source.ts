import { connect } from '../connection/connect.js'
import { defaultEnvironment } from '../connection/environment.js'
import { isFinal } from '../connection/is-final.js'
import { isOffline } from '../connection/page.js'
import type { Connection, ConnectionSink, RequestOptions } from '../connection/types.js'
import { baseUrl, parseUrl } from '../connection/url.js'
import { StreamError } from '../errors.js'
import { createEventHandler } from './event-handler.js'
import { fetchEventStream } from './fetch-event-stream.js'
import { defineInterface } from './interface.js'
import { createTaskQueue } from './task-queue.js'

const [CONNECTING, OPEN, CLOSED] = [0, 1, 2] as const

/** Milliseconds until the first reconnection, while the server has not named another time. */
const defaultReconnectionTime = 3_000
/**
 * Milliseconds, as in Firefox: a shorter `retry:` counts as this, so that with `retry: 0` a page does not
 * flood its server.
 */
const leastReconnectionTime = 500
/** Milliseconds: how long the reconnection time may grow while no try succeeds. */
const longestBackoff = 30_000

const environment = { ...defaultEnvironment, fetch: fetchEventStream(defaultEnvironment.fetch) }
const defaults = { attempts: Infinity, minDelay: 0, maxDelay: 0, connectTimeout: 0 }

/** The second argument: the standard's `withCredentials`, and options that the standard's class lacks. */
export interface EventSourceInit extends Pick<
  RequestOptions,
  'method' | 'headers' | 'body' | 'fetch'
> {
  /** Sends cookies to other origins too. Default false: to the page's own only. */
  withCredentials?: boolean | undefined
}

/**
 * The platform's own type, which this class can stand in for. Its `addEventListener` knows each
 * event's type.
 */
type Platform = globalThis.EventSource

const Target = EventTarget as new () => Pick<Platform, keyof EventTarget>

/**
 * The platform's `EventSource` (WHATWG HTML, 9.2) on brooklet's connection: in pages, dedicated and
 * shared workers, and Node. Its second argument also takes `method`, `headers`, `body` and
 * `fetch`. It reconnects after 3 s or the server's `retry:`, for ever. An answer that is not `200
 * text/event-stream` ends it; so does a lost connection if the request is not a GET or HEAD and no id
 * has come.
 *
 * @throws {DOMException} `SyntaxError` for an invalid URL. Outside pages and workers it must be absolute.
 *
 * @example
 * ```ts
 * import { EventSource } from 'brooklet/eventsource'
 *
 * const source = new EventSource('/api/events', { headers: { authorization: 'Bearer …' } })
 * source.onmessage = ({ data, lastEventId }) => console.log(lastEventId, data)
 * source.addEventListener('done', () => source.close())
 * ```
 */
export class EventSource extends Target implements Platform {
  declare static readonly CONNECTING: 0
  declare static readonly OPEN: 1
  declare static readonly CLOSED: 2
  declare readonly CONNECTING: 0
  declare readonly OPEN: 1
  declare readonly CLOSED: 2

  readonly #url: string
  readonly #withCredentials: boolean
  #readyState: 0 | 1 | 2 = CONNECTING
  readonly #onopen = createEventHandler<Platform['onopen']>(this, 'open')
  readonly #onmessage = createEventHandler<Platform['onmessage']>(this, 'message')
  readonly #onerror = createEventHandler<Platform['onerror']>(this, 'error')
  readonly #queueTask = createTaskQueue()
  readonly #connection: Connection
  #reconnectionTime = defaultReconnectionTime
  #hasOpened = false
  #origin = ''

  constructor(url: string | URL, init: EventSourceInit = {}) {
    super()
    if (arguments.length === 0) throw new TypeError('Expected a URL, got no argument')
    this.#url = resolve(url)
    const given = init ?? {}
    if (Object(given) !== given) throw new TypeError(`Expected an object of options, got ${given}`)
    const { withCredentials, method, headers, body, fetch } = given
    this.#withCredentials = Boolean(withCredentials)
    const options = (): RequestOptions => ({
      method,
      headers,
      body,
      fetch: fetch && fetchEventStream(fetch),
      credentials: this.#withCredentials ? 'include' : 'same-origin',
      retry: {
        jitter: 0,
        minDelay: this.#reconnectionTime,
        maxDelay: Math.max(this.#reconnectionTime, longestBackoff),
        // A status means that the page could read the answer: a 401, which fresh headers may get past.
        shouldRetry: ({ status }) => Boolean(status) || this.#hasOpened || !mayBeForbidden(),
      },
    })
    const request = { url: () => this.#url, options, defaults, leavesWithPage: true }
    this.#connection = connect(request, this.#sink(), environment)
    this.#connection.open()
  }

  /** The URL it was made with, made absolute. Redirects do not change it. */
  get url(): string {
    return this.#url
  }

  get withCredentials(): boolean {
    return this.#withCredentials
  }

  get readyState(): 0 | 1 | 2 {
    return this.#readyState
  }

  get onopen(): Platform['onopen'] {
    return this.#onopen.value
  }
  set onopen(handler: Platform['onopen']) {
    this.#onopen.value = handler
  }

  get onmessage(): Platform['onmessage'] {
    return this.#onmessage.value
  }
  set onmessage(handler: Platform['onmessage']) {
    this.#onmessage.value = handler
  }

  get onerror(): Platform['onerror'] {
    return this.#onerror.value
  }
  set onerror(handler: Platform['onerror']) {
    this.#onerror.value = handler
  }

  /** Ends the connection. No event comes after that. */
  close(): void {
    this.#readyState = CLOSED
    this.#connection.close()
  }

  #sink(): ConnectionSink {
    return {
      onStatus: (status, { retryAt }) => {
        if (isFinal(status)) this.#announce(CLOSED, 'error')
        else if (retryAt !== undefined) this.#announce(CONNECTING, 'error')
      },
      onOpen: (response) => {
        this.#hasOpened = true
        this.#origin = new URL(response.url || this.#url, this.#url).origin
        this.#announce(OPEN, 'open')
      },
      onEvent: ({ type, ...init }) => {
        const origin = this.#origin
        this.#queue(() => this.dispatchEvent(new MessageEvent(type, { ...init, origin })))
      },
      onRetry: (milliseconds) => {
        this.#reconnectionTime = Math.max(leastReconnectionTime, milliseconds)
      },
      onEnd: () => new StreamError('incomplete', 'The stream ended'),
    }
  }

  /** `readyState` changes in the same task as its event is dispatched, after the events that came before. */
  #announce(readyState: 0 | 1 | 2, type: 'open' | 'error'): void {
    this.#queue(() => {
      this.#readyState = readyState
      this.dispatchEvent(new Event(type))
    })
  }

  #queue(task: () => void): void {
    this.#queueTask(() => {
      if (this.#readyState !== CLOSED) task()
    })
  }
}

defineInterface(EventSource, 'EventSource', { CONNECTING, OPEN, CLOSED })

/** Makes a URL absolute as the document or worker would: a page's `<base>` counts. */
function resolve(url: string | URL): string {
  // Not `String(url)`, which would take a symbol, too.
  const resolved = parseUrl(`${url}`)
  // Chromium escapes what the URL standard forbids in a host, in place of rejecting it.
  const isEscaped = /^https?:$/.test(resolved?.protocol ?? '') && resolved?.hostname.includes('%')
  if (resolved && !isEscaped) return resolved.href
  const base = baseUrl()
  const against = base ? ` against ${base}` : ': there is no page to resolve it against'
  throw new DOMException(`Expected a URL, got "${url}"${against}`, 'SyntaxError')
}

/**
 * Whether the standard may forbid another try. A page cannot tell a network that is down from an answer
 * that it may not read (CORS), or from a load that its user has stopped. The last two must end the
 * connection, so before the first `open` all of them do, unless the browser reports to be offline.
 */
function mayBeForbidden(): boolean {
  return globalThis.location !== undefined && !isOffline()
}
