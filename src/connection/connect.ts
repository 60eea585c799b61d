import type { StreamError } from '../errors.js'
import type { StreamEvent, StreamFormat } from '../formats/types.js'
import { type AttemptResult, type AttemptSink, runAttempt } from './attempt.js'
import { defaultEnvironment, type Environment } from './environment.js'
import { requestMethod } from './request.js'
import { mayRetry, retryDelay, type RetryState } from './retry.js'
import type { Connection, ConnectionRequest, ConnectionSink } from './types.js'

/** A connection that stayed open for so many ms has proved itself, even if no event came. */
const provenAfter = 10_000

/**
 * One logical subscription over many attempts; idle until `open()`. Only the newest attempt is
 * listened to: an older one was aborted, which silences it, and its result is dropped in `start`.
 */
export function connect(
  request: ConnectionRequest,
  sink: ConnectionSink,
  environment: Environment = defaultEnvironment,
): Connection {
  let attempt: AbortController | undefined
  let cancelRetry: (() => void) | undefined
  let signal: AbortSignal | undefined
  let failures = 0
  let openedAt = Infinity
  let tokenRefused = false
  let serverDelay = 0
  let lastEventId = request.lastEventId ?? ''

  function open(): void {
    if (attempt && !cancelRetry) return
    close()
    signal = request.options().signal
    if (signal?.aborted) return sink.onStatus('closed', { attempt: 0 })
    signal?.addEventListener('abort', closeBySignal)
    failures = 0
    start()
  }

  function close(): void {
    signal?.removeEventListener('abort', closeBySignal)
    cancelRetry?.()
    cancelRetry = undefined
    attempt?.abort()
    attempt = undefined
  }

  function closeBySignal(): void {
    end('closed')
  }

  function end(status: 'closed' | 'failed', error?: StreamError): void {
    close()
    sink.onStatus(status, { attempt: failures, error })
  }

  function start(): void {
    const controller = new AbortController()
    attempt = controller
    cancelRetry = undefined
    openedAt = Infinity
    sink.onStatus(failures > 0 ? 'reconnecting' : 'connecting', { attempt: failures })
    const { connectTimeout } = request.defaults
    const next = { url: request.url(), options: request.options(), lastEventId, connectTimeout }
    void runAttempt(next, attemptSink, controller, environment).then((result) => {
      if (attempt === controller) settle(result)
    })
  }

  const attemptSink: AttemptSink = {
    onOpen(response: Response, format: StreamFormat) {
      openedAt = environment.now()
      tokenRefused = false
      sink.onOpen(response, format)
    },
    onEvent(event: StreamEvent) {
      failures = 0
      lastEventId = event.lastEventId
      sink.onEvent(event)
    },
    onRetry(milliseconds: number) {
      serverDelay = milliseconds
    },
    onLastEventId(id: string) {
      lastEventId = id
    },
  }

  function settle(result: AttemptResult): void {
    if (result.isEmpty) return end('closed')
    const error = result.error ?? sink.onEnd(result.unfinished)
    if (!attempt) return
    if (error) lost(error)
    else end('closed')
  }

  function lost(error: StreamError): void {
    const options = request.options()
    if (error.status === 401 && typeof options.headers === 'function' && !tokenRefused) {
      tokenRefused = true
      return start()
    }
    if (environment.now() - openedAt >= provenAfter) failures = 0
    failures += 1
    const { defaults } = request
    const state: RetryState = { method: requestMethod(options), failures, lastEventId, defaults }
    if (!mayRetry(error, options, state)) return end('failed', error)

    const delay = retryDelay(state, options.retry || undefined, serverDelay, environment.random())
    cancelRetry = environment.delay(start, delay)
    const retryAt = environment.now() + delay
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
