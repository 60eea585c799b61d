import type { EventFields } from '../formats/types.js'
import { failRun, failureEvent } from './failure.js'
import { attempt, insist } from './store/insist.js'
import { eventId } from './store/log-id.js'
import type { StreamInfo, StreamStore } from './store/stream-store.js'
import { timerDelay } from './timer.js'

/** The data of a `gap` event: some of the events that a reader asked for are missing. */
export interface Gap {
  /** The same as the event's name, for formats that have no names. */
  type: 'gap'
  /**
   * `expired`: `missed` events are not kept any more; the first one that is kept follows. `unknown-id`:
   * the last event id is not of this stream; all that is kept follows.
   */
  reason: 'expired' | 'unknown-id'
  /** How many events are lost; for an unknown id, those before the first that follows. */
  missed: number
}

export interface FollowOptions {
  /** The offset of the last event that the reader has; `undefined` if its id is not of this run. */
  after: number | undefined
  /** Milliseconds for which a producer counts as alive after its last sign of life. */
  lease: number
  signal: AbortSignal
}

/**
 * A run's events after an offset, each once: those in its log, then those that come, until its end. A
 * `gap` event takes the place of events that are missing; an `error` tells that the producer is gone.
 */
export async function* follow(
  store: StreamStore,
  { id, run }: StreamInfo,
  { after, lease, signal }: FollowOptions,
): AsyncGenerator<EventFields, void> {
  const changes = createChanges()
  signal.addEventListener('abort', changes.add)
  const unwatch = await insist(() => store.watch(id, changes.add), signal)
  let offset = after ?? 0
  let gapReason: Gap['reason'] = after === undefined ? 'unknown-id' : 'expired'
  try {
    while (!signal.aborted) {
      const slice = await insist(() => store.read(id, offset), signal)
      // The run has expired, or another one has taken its place. A reader who has left gets nothing.
      if (slice?.info.run !== run) {
        yield failureEvent('lost')
        return
      }
      const missed = slice.from - offset - 1
      if (missed > 0 || gapReason === 'unknown-id') yield gapEvent(gapReason, missed)
      gapReason = 'expired'
      offset += missed
      for (const event of slice.events) yield { ...event, id: eventId(run, ++offset) }
      const { status, isLeased } = slice.info
      // There may be more, even if the run has ended.
      if (slice.events.length > 0) continue
      if (status !== 'running') return
      if (isLeased) await changes.next(lease / 2)
      // Its producer is gone: the first reader to notice ends the run.
      else await insist(() => failRun(store, slice.info, 'lost'), signal)
    }
  } finally {
    void attempt(async () => unwatch?.())
  }
}

function gapEvent(reason: Gap['reason'], missed: number): EventFields {
  return { event: 'gap', data: { type: 'gap', reason, missed } satisfies Gap }
}

interface Changes {
  add(): void
  /** Resolves when there has been a change since it last did, or the time is over. */
  next(timeout: number): Promise<void>
}

function createChanges(): Changes {
  let hasChanged = false
  let wake = (): void => {}

  function add(): void {
    hasChanged = true
    wake()
  }

  async function next(timeout: number): Promise<void> {
    if (!hasChanged) {
      const timer = setTimeout(add, timerDelay(timeout))
      await new Promise<void>((resolve) => (wake = resolve))
      clearTimeout(timer)
    }
    hasChanged = false
  }

  return { add, next }
}
