import type { EventFields } from '../formats/types.js'
import { failureEvent } from './failure.js'
import { eventId } from './log-id.js'
import { logged } from './logged-event.js'
import { storeRetryDelay, type StreamInfo, type StreamStore } from './stream-store.js'
import { timerDelay } from './timer.js'

/** Some events that a reader asked for are not to be had. */
export interface Gap {
  /** As the event's name, for formats that have no names. */
  type: 'gap'
  /**
   * `expired`: `missed` events are not kept any more, and the next that is follows. `unknown-id`: the
   * last event id is none of this stream's, and all that is kept follows.
   */
  reason: 'expired' | 'unknown-id'
  /** How many events are lost; of an unknown id, those before the first that follows. */
  missed: number
}

export interface FollowOptions {
  /** Where the reader is: the offset of the last event that it has. */
  after: number
  /** The reader came with an id that is none of this run's. */
  isLost: boolean
  /** Milliseconds that a producer counts as alive after its last sign of life. */
  lease: number
  signal: AbortSignal
}

/**
 * A run's events after an offset, each once: what its log has, then what comes, until its end. What
 * cannot be had is told by a `gap` event in its place, and a producer that is gone by an `error`.
 */
export async function* follow(
  store: StreamStore,
  { id, run }: StreamInfo,
  { after, isLost, lease, signal }: FollowOptions,
): AsyncGenerator<EventFields, void> {
  const changes = await watch(store, id, signal)
  try {
    while (!signal.aborted) {
      const slice = await changes.attempt(() => store.read(id, after))
      if (signal.aborted) return
      // The run has expired, or another one has taken its place.
      if (slice?.info.run !== run) {
        yield failureEvent('lost')
        return
      }
      const missed = slice.from - after - 1
      if (isLost || missed > 0) yield gapEvent(isLost ? 'unknown-id' : 'expired', missed)
      isLost = false
      after += missed
      for (const event of slice.events) yield { ...event, id: eventId(run, ++after) }
      const { status, isLeased } = slice.info
      // There may be more, though the run has ended.
      if (slice.events.length > 0) continue
      if (status !== 'running') return
      if (isLeased) await changes.next(lease / 2)
      // Its producer is gone: the first reader to notice ends the run.
      else await changes.attempt(() => store.end(id, run, 'error', logged(failureEvent('lost'))))
    }
  } finally {
    changes.stop()
  }
}

function gapEvent(reason: Gap['reason'], missed: number): EventFields {
  return { event: 'gap', data: { type: 'gap', reason, missed } satisfies Gap }
}

interface Changes {
  /** Resolves when there was a change since it was last asked, the signal aborts or the time is over. */
  next(timeout: number): Promise<void>
  /** Tries until the store answers or the signal aborts. */
  attempt<T>(ask: () => Promise<T>): Promise<T | undefined>
  stop(): void
}

async function watch(store: StreamStore, id: string, signal: AbortSignal): Promise<Changes> {
  let hasChanged = false
  let wake = (): void => {}

  function change(): void {
    hasChanged = true
    wake()
  }

  function next(timeout: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(change, timerDelay(timeout))
      wake = () => {
        clearTimeout(timer)
        hasChanged = false
        wake = () => {}
        resolve()
      }
      if (hasChanged || signal.aborted) wake()
    })
  }

  async function attempt<T>(ask: () => Promise<T>): Promise<T | undefined> {
    while (!signal.aborted) {
      try {
        return await ask()
      } catch {
        await next(storeRetryDelay)
      }
    }
    return undefined
  }

  signal.addEventListener('abort', change)
  const unwatch = await attempt(() => store.watch(id, change))
  return { next, attempt, stop: () => unwatch?.() }
}
