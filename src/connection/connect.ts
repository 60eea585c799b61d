import { StreamError } from '../errors.js'
import { createParser } from '../formats/create-parser.js'
import { detectFormat as detectStreamFormat } from '../formats/detect-format.js'
import { hints } from '../hints.js'
import { noteArrival } from './buffering.js'
import { networkError, readChunks, send } from './attempt.js'
import { defaultEnvironment, type Environment } from './environment.js'
import type { PageChange } from './page.js'
import { prepare } from './request.js'
import { isRepeatable, mayRetry, retryDelay } from './retry.js'
import type { Connection, ConnectionRequest, ConnectionSink, RequestOptions } from './types.js'

/** A connection that stayed open for so many ms has proved itself, even if no event came. */
const provenAfter = 10_000

/** After a sleep, milliseconds of silence that tell a dead connection from one that lives. */
const wakeTime = 10_000

const awaited = { connectTimeout: 'a response', idleTimeout: 'a byte' }

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
  let cancelTimer = nothing
  let checkLife = nothing
  let lastSign = 0
  /** When the next try is due; of an attempt that is under way none. */
  let retryAt: number | undefined
  let wasRefused = false
  let target = ''
  let failures = 0
  let openedAt = Infinity
  let tokenRefused = false
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
    openedAt = Infinity
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
    const { signal } = (attempt = new AbortController())
    const endByUser = (): void => end('closed')
    given?.addEventListener?.('abort', endByUser)
    // By hand: Node forgets the option `signal` of a listener with the next garbage collection.
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
    const [response, format = 'sse'] = answer // of 204 none
    if (signal.aborted) return
    if (response.status === 204) {
      failures = 0
      return end('closed')
    }

    watch('idleTimeout', options.idleTimeout)
    // After an id what was missed comes at once, and rightly.
    const arrival = lastEventId ? undefined : noteArrival?.(response, format, target, now, askedAt)
    const parser = createParser(
      format,
      {
        onEvent(event) {
          arrival?.event()
          // Aborted in the middle of a chunk, the rest of it is not delivered.
          if (signal.aborted) return
          failures = 0
          ;({ lastEventId } = event)
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
        ;({ lastEventId } = parser)
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

  /** The reason goes with the signal: a `fetch` of the user's own can tell a timeout from `close()`. */
  function giveUp(what: keyof typeof awaited, limit: number): void {
    const message = `Expected ${awaited[what]} from ${target} within ${limit} ms, none came`
    const error = new StreamError('timeout', message, { url: target, hint: hints[what] })
    attempt?.abort(error)
    lost(error)
  }

  /** Gives the attempt up when nothing is heard of it for too long. */
  function watch(what: keyof typeof awaited, limit = 0): void {
    cancelTimer()
    lastSign = now()
    // One timer for many signs of life: a timer set anew for each chunk costs more than reading it.
    function check(): void {
      cancelTimer()
      const left = lastSign + limit - now()
      if (left > 0) cancelTimer = delay(check, left)
      else giveUp(what, limit)
    }
    checkLife = limit > 0 ? check : nothing
    checkLife()
  }

  /** While a page is left or the machine sleeps no timer runs, and a connection dies without a word. */
  function onPage(change: PageChange): void {
    const options = currentOptions()
    const isHarmless = isRepeatable(options, lastEventId)
    if (retryAt !== undefined) {
      // What is due by a timer that is late need not wait, nor what had no network.
      const isDue = now() >= retryAt || (change === 'online' && !wasRefused)
      if (change !== 'pagehide' && isDue) start()
    } else if (change === 'pagehide') {
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
    const mayRefresh = typeof headers === 'function' && retry !== false && !tokenRefused
    if (error.status === 401 && mayRefresh) {
      tokenRefused = true
      return start(error)
    }
    if (now() - openedAt >= provenAfter) failures = 0
    wasRefused = error.code === 'http'
    // Without a network a try proves nothing. Where an answer came, there is one.
    const hadNoNetwork = !wasRefused && isOffline()
    failures = hadNoNetwork ? failures || 1 : failures + 1
    const state = { failures, lastEventId, serverDelay, isOffline: hadNoNetwork, defaults }
    const failed = attempt
    const isRetried = mayRetry(error, options, state)
    if (attempt !== failed) return // shouldRetry has closed it, or opened it anew
    if (!isRetried) return end('failed', error)

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
