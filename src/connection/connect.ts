import { StreamError } from '../errors.js'
import { createParser } from '../formats/create-parser.js'
import { detectFormat } from '../formats/detect-format.js'
import type { StreamEvent } from '../formats/types.js'
import { hints } from '../hints.js'
import { networkError, readChunks, send } from './attempt.js'
import { defaultEnvironment, type Environment } from './environment.js'
import { mayRetry, retryDelay } from './retry.js'
import type { Connection, ConnectionRequest, ConnectionSink, RequestOptions } from './types.js'

/** A connection that stayed open for so many ms has proved itself, even if no event came. */
const provenAfter = 10_000

const awaited = { connectTimeout: 'a response', idleTimeout: 'a byte' }

/**
 * One logical subscription over many attempts; idle until `open()`.
 *
 * Each attempt has a controller of its own, and `attempt` is the newest one's. An older one has been
 * aborted, which silences it: whatever it still has to say stops at its `signal.aborted`.
 */
export function connect(
  { url, options: currentOptions, defaults, lastEventId = '' }: ConnectionRequest,
  sink: ConnectionSink,
  { fetch, now, random, delay }: Environment = defaultEnvironment,
): Connection {
  let attempt: AbortController | undefined
  let cancelTimer = (): void => {}
  let isWaiting = false
  let target = ''
  let failures = 0
  let openedAt = Infinity
  let tokenRefused = false
  let serverDelay = 0

  function open(): void {
    if (attempt && !isWaiting) return
    failures = 0
    tokenRefused = false
    start()
  }

  function close(): void {
    cancelTimer()
    isWaiting = false
    attempt?.abort()
    attempt = undefined
  }

  function end(status: 'closed' | 'failed', error?: StreamError): void {
    close()
    sink.onStatus(status, { attempt: failures, error })
  }

  /** The controller of a new attempt, or of the time until one: the user's signal ends both. */
  function renew({ signal: given }: RequestOptions): AbortSignal {
    close()
    const { signal } = (attempt = new AbortController())
    given?.addEventListener('abort', () => end('closed'), { signal })
    return signal
  }

  function start(error?: StreamError): void {
    const options = currentOptions()
    const signal = renew(options)
    if (options.signal?.aborted) return end('closed')
    openedAt = Infinity
    sink.onStatus(failures > 0 ? 'reconnecting' : 'connecting', { attempt: failures, error })
    if (signal.aborted) return
    receive(options, signal).catch((cause: unknown) => {
      if (!signal.aborted) lost(networkError(cause, target, options))
    })
  }

  async function receive(options: RequestOptions, signal: AbortSignal): Promise<void> {
    target = url()
    watch('connectTimeout', options.connectTimeout ?? defaults.connectTimeout)
    const response = await send(target, options, lastEventId, options.fetch ?? fetch, signal)
    if (signal.aborted) return
    if (response.status === 204) {
      failures = 0
      return end('closed')
    }

    const touch = watch('idleTimeout', options.idleTimeout)
    const format = options.format ?? detectFormat(response.headers.get('content-type')) ?? 'sse'
    const parser = createParser(
      format,
      {
        // Aborted in the middle of a chunk, the rest of it is not delivered.
        onEvent: (event) => signal.aborted || deliver(event),
        onRetry: (milliseconds) => (serverDelay = milliseconds),
      },
      { lastEventId, maxEventSize: options.maxEventSize },
    )
    openedAt = now()
    tokenRefused = false
    sink.onOpen(response, format)
    await readChunks(response, signal, (chunk) => {
      touch()
      parser.push(chunk)
      if (!signal.aborted) ({ lastEventId } = parser)
    })
    if (signal.aborted) return
    const error = sink.onEnd(parser.end())
    if (signal.aborted) return
    if (error) lost(error)
    else end('closed')
  }

  function deliver(event: StreamEvent): void {
    failures = 0
    ;({ lastEventId } = event)
    sink.onEvent(event)
  }

  /** The reason goes with the signal: a `fetch` of the user's own can tell a timeout from `close()`. */
  function giveUp(error: StreamError): void {
    attempt?.abort(error)
    lost(error)
  }

  /** Gives the attempt up when nothing is heard of it for too long; returns how to say that it lives. */
  function watch(what: keyof typeof awaited, limit = 0): () => void {
    let lastSign = now()
    function check(): void {
      const left = lastSign + limit - now()
      if (left > 0) cancelTimer = delay(check, left)
      else giveUp(timeoutError(what, target, limit))
    }
    cancelTimer()
    // One timer for many signs of life: a timer set anew for each chunk costs more than reading it.
    if (limit > 0) check()
    return () => (lastSign = now())
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
    failures += 1
    const state = { failures, lastEventId, defaults }
    const isRetried = mayRetry(error, options, state)
    if (!attempt) return // shouldRetry has closed it
    if (!isRetried) return end('failed', error)

    renew(options)
    isWaiting = true
    const wait = retryDelay(state, retry || {}, serverDelay, random())
    cancelTimer = delay(() => start(), wait)
    sink.onStatus('reconnecting', { attempt: failures, retryAt: now() + wait, error })
  }

  return {
    open,
    close,
    get lastEventId() {
      return lastEventId
    },
  }
}

function timeoutError(what: keyof typeof awaited, url: string, limit: number): StreamError {
  const message = `Expected ${awaited[what]} from ${url} within ${limit} ms, none came`
  return new StreamError('timeout', message, { url, hint: hints[what] })
}
