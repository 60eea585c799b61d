import type { StreamError } from '../errors.js'
import { createParser } from '../formats/create-parser.js'
import { detectFormat as detectStreamFormat } from '../formats/detect-format.js'
import type { StreamFormat } from '../formats/types.js'
import { noteArrival } from './buffering.js'
import { acceptFormat, checkRequest, networkError, timeoutError, type Timeout } from './attempt.js'
import type { Environment } from './environment.js'
import { onAbort } from './on-abort.js'
import type { PageChange } from './page.js'
import { readChunks } from './read-chunks.js'
import { orInvalid, requestInit } from './request.js'
import { isRepeatable, mayRetry, retryDelay } from './retry.js'
import type { Connection, ConnectionOptions, ConnectionRequest, ConnectionSink } from './types.js'

/** Milliseconds: a connection that has stayed open this long counts as a success even without an event. */
const provenAfter = 10_000

/** Milliseconds that a connection may stay silent after the machine has slept before it counts as dead. */
const wakeTime = 10_000

const nothing = (): void => {}

/**
 * One logical subscription over many attempts; idle until `open()`.
 *
 * Each attempt has an AbortController of its own; `controller` is the newest one's. Older ones have been
 * aborted, and whatever still calls back for them checks `signal.aborted` first and does nothing.
 */
export function connect(
  request: ConnectionRequest,
  sink: ConnectionSink,
  { fetch, now, random, delay, watchPage, isOffline }: Environment,
): Connection {
  const { url, defaults, detectFormat = detectStreamFormat, leavesWithPage } = request
  let { lastEventId = '' } = request
  let controller: AbortController | undefined
  /** Cancels the timer of the current attempt's time limit. */
  let cancelTimer = nothing
  /** Gives up the attempt if its time limit has passed, and had passed (`isOverdue`) a turn ago. */
  let checkLife: (isOverdue?: boolean) => void = nothing
  /** When the last byte came, or when the wait for the first one began. */
  let lastSign = 0
  /** When the next attempt is due; `undefined` while one is under way. */
  let retryAt: number | undefined
  /** The last attempt failed with an answer from the server, so the network was up. */
  let wasRefused = false
  /** The URL of the newest attempt. */
  let target = ''
  /** Failed tries in a row: what a status calls its `attempt`. */
  let failures = 0
  /** When the last response came; `Infinity` before the first one, and after a failed try. */
  let openedAt = Infinity
  /** A 401 has led to an immediate attempt with fresh headers; another 401 is a failure. */
  let tokenRefused = false
  /** Milliseconds, from the server's `retry:`. */
  let serverDelay = 0

  function open(): void {
    if (controller && retryAt === undefined) return
    failures = 0
    openedAt = Infinity
    tokenRefused = false
    start()
  }

  function close(): void {
    cancelTimer()
    controller?.abort()
    controller = undefined
  }

  function end(status: 'closed' | 'failed', error?: StreamError): void {
    close()
    sink.onStatus(status, { attempt: failures, error })
  }

  /** Replaces the controller, for a new attempt or the wait until one is due: the user's signal ends both. */
  function renew(options: ConnectionOptions, due?: number): AbortSignal {
    close()
    retryAt = due
    controller = new AbortController()
    const { signal } = controller
    const ignoreUser = onAbort(options.signal, () => end('closed'))
    onAbort(signal, ignoreUser)
    onAbort(signal, watchPage(onPage))
    return signal
  }

  function start(error?: StreamError): void {
    const options = request.options()
    const signal = renew(options)
    if (options.signal?.aborted) return end('closed')
    const isAgain = failures > 0 || openedAt < Infinity
    sink.onStatus(isAgain ? 'reconnecting' : 'connecting', { attempt: failures, error })
    if (signal.aborted) return
    receive(options, signal).catch((cause: unknown) => {
      if (!signal.aborted) lost(networkError(cause, target))
    })
  }

  async function receive(options: ConnectionOptions, signal: AbortSignal): Promise<void> {
    target = orInvalid(url)
    watch('connectTimeout', options.connectTimeout ?? defaults.connectTimeout)
    checkRequest(target, options)
    const init = await requestInit(options, lastEventId)
    if (signal.aborted) return
    const response = await (options.fetch ?? fetch)(target, { ...init, signal })
    // A custom `fetch` may have ignored its signal, and left an open body behind.
    if (signal.aborted) return void response.body?.cancel().catch(nothing)
    if (response.status === 204) {
      failures = 0
      return end('closed')
    }
    const named = options.format ?? detectFormat(response.headers.get('content-type'))
    const format = await acceptFormat(response, named, response.url || target)
    if (!signal.aborted) await read(response, format, options, signal)
  }

  async function read(
    response: Response,
    format: StreamFormat,
    options: ConnectionOptions,
    signal: AbortSignal,
  ): Promise<void> {
    // A resumed stream rightly begins with all that was missed at once: that is no sign of buffering.
    const note = lastEventId
      ? undefined
      : noteArrival?.(response, format, target, signal, now, lastSign)
    watch('idleTimeout', options.idleTimeout)
    const parser = createParser(
      format,
      {
        onEvent(event) {
          // An earlier event of the same chunk has ended the attempt: the rest is not delivered.
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
    const push = (chunk: Uint8Array): void => {
      lastSign = now()
      note?.(chunk)
      parser.push(chunk)
      if (signal.aborted || parser.lastEventId === lastEventId) return
      lastEventId = parser.lastEventId
      sink.onId?.()
    }
    await readChunks(response, signal, push, now, delay)
    const unfinished = parser.end()
    if (signal.aborted) return
    const error = sink.onEnd(unfinished)
    if (signal.aborted) return
    if (error) lost(error)
    else end('closed')
  }

  /** The error is the abort's reason too, so that a custom `fetch` can tell a timeout from `close()`. */
  function giveUp(what: Timeout, limit: number): void {
    const error = timeoutError(what, limit, target)
    controller?.abort(error)
    lost(error)
  }

  /** From now on, gives up the attempt after `limit` ms without a byte; 0 for no limit. */
  function watch(what: Timeout, limit = 0): void {
    lastSign = now()
    checkLife = (isOverdue) => {
      cancelTimer()
      const left = lastSign + limit - now()
      // Set again only when it fires, for the time left: at each chunk it would cost more than reading one.
      if (left > 0) cancelTimer = delay(checkLife, left)
      else if (isOverdue) giveUp(what, limit)
      // Something may have come that the page could not read yet, because of a dialog for example.
      else if (limit > 0) cancelTimer = delay(() => checkLife(true), 0)
    }
    checkLife()
  }

  /** In the back/forward cache, or in a sleep, no timer runs and a connection can die unnoticed. */
  function onPage(change: PageChange): void {
    // Another listener to the same change may have closed it: tabs do, when their page is left.
    if (!controller) return
    const options = request.options()
    const isHarmless = isRepeatable(options, lastEventId)
    if (change === 'pagehide') {
      // Aborts it without a status. The next attempt is due at time 0: as soon as the page is back.
      if (leavesWithPage && isHarmless && retryAt === undefined) renew(options, 0)
    } else if (retryAt !== undefined) {
      // The retry timer may be late; and a failure for lack of a network need not wait once there is one.
      if (now() >= retryAt || (change === 'online' && !wasRefused)) start()
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
    onAbort(controller?.signal, cancel)
  }

  function lost(error: StreamError): void {
    const options = request.options()
    const { headers } = options
    const mayRefresh = error.status === 401 && typeof headers === 'function' && !tokenRefused
    if (now() - openedAt >= provenAfter) failures = 0
    wasRefused = error.code === 'http'
    // Failures without a network say nothing about the server: they count as one. An answer proves a network.
    const offline = !wasRefused && isOffline()
    failures = offline ? failures || 1 : failures + 1
    const failed = controller
    const isLast =
      !isRepeatable(options, lastEventId, wasRefused) ||
      !mayRetry(error, options, failures, mayRefresh, defaults)
    if (controller !== failed) return // `shouldRetry` has closed the connection, or opened it anew
    if (isLast) return end('failed', error)
    if (mayRefresh) {
      // At once, and not counted as a failure.
      tokenRefused = true
      failures -= 1
      return start(error)
    }
    // Without a network, for as long as may be: the event `online` ends that wait sooner.
    const asked = offline ? Infinity : serverDelay
    const wait = retryDelay(error, options, failures, asked, defaults, random)
    openedAt = Infinity
    const signal = renew(options, now() + wait)
    onAbort(signal, delay(start, wait))
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
