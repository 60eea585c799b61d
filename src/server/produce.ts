import { StreamError } from '../errors.js'
import type { EventFields } from '../formats/types.js'
import { failRun, failureEvent, report } from './failure.js'
import { attempt, insist } from './store/insist.js'
import { createLogWriter } from './log-writer.js'
import type { LoggedEvent, StreamStore } from './store/stream-store.js'
import { timerDelay } from './timer.js'

/** A durable stream, while it is being produced. */
export interface DurableStream {
  readonly id: string
  /** Aborts when the stream is canceled, in whichever process, or has taken too long. */
  readonly signal: AbortSignal
  /**
   * Appends one event, which gets its id from the log. Resolves when it is stored; rejects with code
   * `aborted` if the stream has been ended meanwhile, which ends a producer that awaits it.
   *
   * @throws {StreamError} synchronously: `invalid-option` for what cannot be sent; `too-large` if more
   * than 1 Mi characters wait for the store
   */
  send: (event: Pick<EventFields, 'event' | 'data'>) => Promise<void>
}

export interface Run {
  store: StreamStore
  id: string
  run: string
  /** Milliseconds for which the producer counts as alive after its last sign of life. */
  lease: number
  /** Milliseconds that it may take. */
  maxDuration: number
  onError?: ((error: unknown) => string | void) | undefined
}

/** Runs a producer to its end, and writes that end to the log. Never rejects. */
export async function runProducer(
  { store, id, run, lease, maxDuration, onError }: Run,
  produce: (stream: DurableStream) => unknown,
): Promise<void> {
  const ended = new AbortController()
  const { signal } = ended
  const log = createLogWriter(append)
  let hasReturned = false

  async function append(after: number, events: LoggedEvent[]): Promise<void> {
    if (!(await persist(() => store.append(id, run, after, events)))) stop('canceled')
    signal.throwIfAborted()
  }

  /** Tries until the store answers, or the run is over. */
  function persist(write: () => Promise<boolean>): Promise<boolean | undefined> {
    return insist(write, signal, (error) => report(error, onError))
  }

  function stop(why: 'canceled' | 'expired'): void {
    const { message } = failureEvent(why).data
    ended.abort(new StreamError('aborted', message))
  }

  async function work(): Promise<void> {
    await produce({ id, signal, send: log.send })
    await log.stored()
  }

  async function fail(error: unknown): Promise<void> {
    const words = report(error, onError)
    await log.stored().catch(() => {})
    await persist(() => failRun(store, { id, run }, 'failed', words))
  }

  function expire(): void {
    stop('expired')
    void persist(() => failRun(store, { id, run }, 'expired'))
  }

  /** Extends the lease, and learns whether somebody has ended the stream. */
  async function renew(): Promise<void> {
    // A store that does not answer is asked again at the next renewal.
    const isRunning = await attempt(() => store.renew(id, run, lease))
    if (isRunning === false && !hasReturned) stop('canceled')
  }

  const renewal = setInterval(() => void renew(), timerDelay(lease / 3))
  const expiry = setTimeout(expire, timerDelay(maxDuration))
  function onChange(change: 'append' | 'end'): void {
    if (change === 'end') void renew()
  }
  const watched = attempt(() => store.watch(id, onChange))

  try {
    await Promise.race([work(), aborted(signal)]).finally(() => (hasReturned = true))
    await persist(() => store.end(id, run, 'done'))
  } catch (error) {
    if (!signal.aborted) await fail(error)
  }
  clearInterval(renewal)
  clearTimeout(expiry)
  const unwatch = await watched
  void attempt(async () => unwatch?.())
}

/** Rejects when the signal aborts: a producer that ignores it is not waited for. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
