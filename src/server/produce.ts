import { StreamError } from '../errors.js'
import type { EventFields } from '../formats/types.js'
import { explain, failureEvent } from './failure.js'
import { logged } from './logged-event.js'
import { storeRetryDelay } from './stream-store.js'
import type { DurableStatus, LoggedEvent, StreamStore } from './stream-store.js'
import { timerDelay } from './timer.js'

/** A durable stream, while it is being produced. */
export interface DurableStream {
  readonly id: string
  /** Aborts when the stream is canceled, by whatever process, or has taken too long. */
  readonly signal: AbortSignal
  /**
   * Appends one event; its id is the log's to give. Resolves when it is stored; rejects with code
   * `aborted` where the stream has been ended meanwhile, which ends a producer that awaits it.
   *
   * @throws {StreamError} `invalid-option`, at once, for what cannot be sent; `too-large` where more
   * than 1 Mi characters wait for the store
   */
  send: (event: Pick<EventFields, 'event' | 'data'>) => Promise<void>
}

export interface Run {
  store: StreamStore
  id: string
  run: string
  /** Milliseconds that the producer counts as alive after its last sign of life. */
  lease: number
  /** Milliseconds that it may take. */
  maxDuration: number
  onError?(error: unknown): string | void
}

/** The most characters that wait to be stored. */
const maxWaiting = 1_048_576

/** The most events that a store is given at once: it has seconds to take them. */
const batch = 1_000

/** Runs a producer to its end, which is then in the log. Never rejects. */
export async function runProducer(
  { store, id, run, lease, maxDuration, onError }: Run,
  produce: (stream: DurableStream) => unknown,
): Promise<void> {
  const ended = new AbortController()
  const { signal } = ended
  let waiting: LoggedEvent[] = []
  let waitingSize = 0
  let stored = 0
  /** The newest write, done or under way. */
  let current = Promise.resolve()
  /** The write after it, which takes all that comes meanwhile. */
  let next: Promise<void> | undefined
  let hasReturned = false

  function send(event: Pick<EventFields, 'event' | 'data'>): Promise<void> {
    const entry = logged(event)
    if (waitingSize > maxWaiting) {
      throw new StreamError(
        'too-large',
        `Expected sends that are awaited, ${waitingSize} characters wait`,
      )
    }
    waiting.push(entry)
    waitingSize += (entry.event?.length ?? 0) + entry.data.length + 1
    next ??= current.then(() => {
      current = next!
      next = undefined
      return write()
    })
    next.catch(() => {}) // It need not be awaited.
    return next
  }

  async function write(): Promise<void> {
    const events = waiting
    waiting = []
    waitingSize = 0
    for (let start = 0; start < events.length; start += batch) {
      const some = events.slice(start, start + batch)
      if (!(await persist(() => store.append(id, run, stored, some)))) stop('canceled')
      signal.throwIfAborted()
      stored += some.length
    }
  }

  /** Tries until the store answers, or the run is over: then it resolves to false. */
  async function persist(write: () => Promise<boolean>): Promise<boolean> {
    for (let failures = 0; ; failures++) {
      try {
        return await write()
      } catch (error) {
        if (failures === 0) explain(error, onError)
        if (signal.aborted) return false
        await new Promise((resolve) => setTimeout(resolve, storeRetryDelay))
      }
    }
  }

  function stop(why: 'canceled' | 'expired'): void {
    const { message } = failureEvent(why).data
    ended.abort(new StreamError('aborted', message))
  }

  async function finish(
    status: Exclude<DurableStatus, 'running'>,
    failure?: ReturnType<typeof failureEvent>,
  ): Promise<void> {
    await persist(() => store.end(id, run, status, failure && logged(failure)))
  }

  async function work(): Promise<void> {
    await produce({ id, signal, send })
    await allStored()
  }

  function allStored(): Promise<void> {
    return next ?? current
  }

  async function fail(error: unknown): Promise<void> {
    const failure = failureEvent('failed', explain(error, onError))
    await allStored().catch(() => {})
    await finish('error', failure)
  }

  function expire(): void {
    stop('expired')
    void finish('error', failureEvent('expired'))
  }

  /** Extends the lease, and learns whether somebody has ended the stream. */
  async function renew(): Promise<void> {
    // A store that does not answer is asked again at the next renewal.
    const isRunning = await store.renew(id, run, lease).catch(() => true)
    if (!isRunning && !hasReturned) stop('canceled')
  }

  const renewal = setInterval(() => void renew(), timerDelay(lease / 3))
  const expiry = setTimeout(expire, timerDelay(maxDuration))
  function onChange(change: 'append' | 'end'): void {
    if (change === 'end') void renew()
  }
  const unwatch = store.watch(id, onChange).catch(() => () => {})

  try {
    await Promise.race([work(), aborted(signal)]).finally(() => (hasReturned = true))
    await finish('done')
  } catch (error) {
    if (!signal.aborted) await fail(error)
  }
  clearInterval(renewal)
  clearTimeout(expiry)
  ;(await unwatch)()
}

/** Rejects when the signal aborts: a producer that does not listen is not waited for. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
