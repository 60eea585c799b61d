import type { StreamError } from '../errors.js'
import { createParser } from '../formats/create-parser.js'
import { detectFormat as detectStreamFormat } from '../formats/detect-format.js'
import { noteArrival } from './buffering.js'
import { networkError, readChunks, send, timeoutError, type Timeout } from './attempt.js'
import { defaultEnvironment, type Environment } from './environment.js'
import type { PageChange } from './page.js'
import { prepare } from './request.js'
import { isRepeatable, mayRetry, retryDelay } from './retry.js'
import type { Connection, ConnectionRequest, ConnectionSink, RequestOptions } from './types.js'

/** Milliseconds that a connection has to stay open to count as a success though no event has come. */
const provenAfter = 10_000

/** Milliseconds that a connection may stay silent after the machine has slept, before it counts as dead. */
const wakeTime = 10_000

const nothing = (): void => {}

/**
 * One logical subscription over many attempts; idle until `open()`.
 *
 * Each attempt has a controller of its own, and `attempt` is the newest one's. An older one has been
 * aborted, which silences it: whatever it still has to say stops at its `signal.aborted`.
 */
export function connect(
  {
    url,
    options: currentOptions,
    defaults,
    detectFormat = detectStreamFormat,
    lastEventId = '',
    leavesWithPage,
  }: ConnectionRequest,
  sink: ConnectionSink,
  { fetch, now, random, delay, watchPage, isOffline }: Environment = defaultEnvironment,
): Connection {
  let attempt: AbortController | undefined
  /** Of the timer that ends the wait for the next attempt, or limits the one under way. */
  let cancelTimer = nothing
  /** Gives the attempt up if its time limit has passed. */
  let checkLife = nothing
  /** When the last byte came, or when the wait for the first one began. */
  let lastSign = 0
  /** When the next attempt is due; `undefined` while one is under way. */
  let retryAt: number | undefined
  /** The last attempt failed by an answer, so there was a network. */
  let wasRefused = false
  /** The URL of the newest attempt. */
  let target = ''
  let failures = 0
  /** When the newest attempt got its response; `Infinity` before. */
  let openedAt = Infinity
  /** A 401 was followed at once by an attempt with fresh headers; the next one is a failure. */
  let tokenRefused = false
  /** Milliseconds, from the server's `retry:`. */
  let serverDelay = 0

  function open(): void {
    if (attempt && retryAt === undefined) return
    failures = 0
    openedAt = Infinity
    tokenRefused = false
    start()
  }

  function close(): void {
    stop()
    attempt = undefined
  }

  function stop(): void {
    cancelTimer()
    retryAt = undefined
    attempt?.abort()
  }

  function end(status: 'closed' | 'failed', error?: StreamError): void {
    close()
    sink.onStatus(status, { attempt: failures, error })
  }

  /** The controller of a new attempt, or of the time until one: the user's signal ends both. */
  function renew({ signal: given }: RequestOptions): AbortSignal {
    stop()
    attempt = new AbortController()
    const { signal } = attempt
    const endByUser = (): void => end('closed')
    given?.addEventListener?.('abort', endByUser)
    // By hand: Node loses a listener that was added with the option `signal` when it collects garbage.
    signal.addEventListener('abort', () => given?.removeEventListener?.('abort', endByUser))
    signal.addEventListener('abort', watchPage(onPage))
    return signal
  }

  function start(error?: StreamError): void {
    const options = currentOptions()
    const isAgain = failures > 0 || openedAt < Infinity
    const signal = renew(options)
    if (options.signal?.aborted) return end('closed')
    openedAt = Infinity
    sink.onStatus(isAgain ? 'reconnecting' : 'connecting', { attempt: failures, error })
    if (signal.aborted) return
    receive(options, signal).catch((cause: unknown) => {
      if (!signal.aborted) lost(networkError(cause, target))
    })
  }

  function waitUntil(time: number, options: RequestOptions): void {
    renew(options)
    retryAt = time
  }

  async function receive(options: RequestOptions, signal: AbortSignal): Promise<void> {
    target = prepare(url)
    const askedAt = now()
    watch('connectTimeout', options.connectTimeout ?? defaults.connectTimeout)
    const answer = await send(target, options, lastEventId, fetch, signal, detectFormat)
    const [response, format = 'sse'] = answer // a 204 has no format
    if (signal.aborted) return
    if (response.status === 204) {
      failures = 0
      return end('closed')
    }

    watch('idleTimeout', options.idleTimeout)
    // After an id, what was missed rightly comes all at once: that is no sign of buffering.
    const arrival = lastEventId ? undefined : noteArrival?.(response, format, target, now, askedAt)
    const parser = createParser(
      format,
      {
        onEvent(event) {
          arrival?.event()
          // It was aborted by an earlier event of the same chunk: the rest is not delivered.
          if (signal.aborted) return
          failures = 0
          lastEventId = event.lastEventId
          sink.onEvent(event)
        },
        onRetry(milliseconds) {
          serverDelay = milliseconds
          sink.onRetry?.(milliseconds)
        },
      },
      { lastEventId, maxEventSize: options.maxEventSize },
    )
    openedAt = now()
    tokenRefused = false
    sink.onOpen(response, format)
    const read = (chunk: Uint8Array): void => {
      lastSign = now()
      arrival?.chunk(chunk)
      parser.push(chunk)
      if (signal.aborted) arrival?.end()
      else if (parser.lastEventId !== lastEventId) {
        lastEventId = parser.lastEventId
        sink.onId?.()
      }
    }
    await readChunks(response, signal, read, { now, delay })
    if (signal.aborted) return
    arrival?.end()
    const error = sink.onEnd(parser.end())
    if (signal.aborted) return
    if (error) lost(error)
    else end('closed')
  }

  /** The signal gets the reason, by which a `fetch` of the user's own can tell a timeout from `close()`. */
  function giveUp(what: Timeout, limit: number): void {
    const error = timeoutError(what, limit, target)
    attempt?.abort(error)
    lost(error)
  }

  /** From here on, gives the attempt up when nothing has been heard for this long; 0 for no limit. */
  function watch(what: Timeout, limit = 0): void {
    cancelTimer()
    lastSign = now()
    // The timer itself looks how much time is left: setting it anew for each chunk costs more than reading one.
    function check(): void {
      cancelTimer()
      const left = lastSign + limit - now()
      if (left > 0) cancelTimer = delay(check, left)
      else giveUp(what, limit)
    }
    checkLife = limit > 0 ? check : nothing
    checkLife()
  }

  /** While a page is left, or the machine sleeps, no timer runs and a connection can die unnoticed. */
  function onPage(change: PageChange): void {
    const options = currentOptions()
    const isHarmless = isRepeatable(options, lastEventId)
    if (retryAt !== undefined) {
      // Its timer may be late. And a failure for want of a network need not wait once there is one.
      const isDue = now() >= retryAt || (change === 'online' && !wasRefused)
      if (change !== 'pagehide' && isDue) start()
    } else if (change === 'pagehide') {
      // Closes it quietly. Due at time 0, it is opened again as soon as the page is back.
      if (leavesWithPage && isHarmless) waitUntil(0, options)
    } else {
      if (change === 'sleep' && isHarmless) expectSign()
      checkLife()
    }
  }

  function expectSign(): void {
    const since = now()
    const cancel = delay(() => {
      if (lastSign <= since) giveUp('idleTimeout', wakeTime)
    }, wakeTime)
    attempt?.signal.addEventListener('abort', cancel)
  }

  function lost(error: StreamError): void {
    const options = currentOptions()
    const { retry, headers } = options
    const mayRefresh = error.status === 401 && typeof headers === 'function' && !tokenRefused
    if (now() - openedAt >= provenAfter) failures = 0
    wasRefused = error.code === 'http'
    // Without a network a failure says nothing of the server, and counts once. An answer proves a network.
    const offline = !wasRefused && isOffline()
    failures = offline ? failures || 1 : failures + 1
    const state = { failures, lastEventId, serverDelay, offline, mayRefresh, defaults }
    const failed = attempt
    const isRetried = mayRetry(error, options, state)
    if (attempt !== failed) return // shouldRetry has closed it, or opened it anew
    if (!isRetried) return end('failed', error)
    if (mayRefresh) {
      // At once, and not counted.
      tokenRefused = true
      failures -= 1
      return start(error)
    }
    const wait = retryDelay(error, retry || {}, state, random())
    waitUntil(now() + wait, options)
    cancelTimer = delay(() => start(), wait)
    sink.onStatus('reconnecting', { attempt: failures, retryAt, error })
  }

  return {
    open,
    close,
    get lastEventId() {
      return lastEventId
    },
  }
}
