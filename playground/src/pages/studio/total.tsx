import { useTaskManager, useTaskRate } from 'brooklet'
import type { Task, TaskManagerSnapshot } from 'brooklet'
import { useText } from '../../language/language.js'
import { tunes } from './tunes.js'
import type { Tune } from './tunes.js'

type Snapshot = TaskManagerSnapshot<Tune>

const countOf =
  (status: Task['status']) =>
  ({ tasks }: Snapshot): number =>
    [...tasks.values()].filter((task) => task.status === status).length
const progressOf = ({ progress }: Snapshot) => Math.floor(progress)
const sizeOf = ({ tasks }: Snapshot) => tasks.size
const isPausedIn = ({ isPaused }: Snapshot) => isPaused
const doneIn = countOf('done')
const runningIn = countOf('processing')
const queuedIn = countOf('queued')
const failedIn = countOf('error')
const canceledIn = countOf('canceled')

/** All tunes together. The sentence is read out when it changes: when a tune is finished, not at each percent. */
export function Total() {
  const text = useText().studio
  const progress = useTaskManager(tunes, progressOf)
  const isPaused = useTaskManager(tunes, isPausedIn)
  const count = {
    all: useTaskManager(tunes, sizeOf),
    done: useTaskManager(tunes, doneIn),
    running: useTaskManager(tunes, runningIn),
    queued: useTaskManager(tunes, queuedIn),
    failed: useTaskManager(tunes, failedIn),
    canceled: useTaskManager(tunes, canceledIn),
  }
  const finished = count.done + count.failed + count.canceled
  return (
    <section className="total" aria-label={text.totalProgress}>
      <p role="status">
        {text.total(count)}
        {isPaused ? <span className="paused">{text.paused}</span> : null}
      </p>
      <div className="actions">
        <button
          type="button"
          className="button"
          onClick={isPaused ? tunes.resumeQueue : tunes.pauseQueue}
        >
          {isPaused ? text.resumeQueue : text.pauseQueue}
        </button>
        <button
          type="button"
          className="button"
          aria-disabled={finished === 0}
          onClick={tunes.clearFinished}
        >
          {text.clearFinished}
        </button>
      </div>
      <div className="total-progress">
        <progress max={100} value={progress} aria-label={text.totalProgress} />
        <span className="number">{progress} %</span>
        <Rate />
      </div>
    </section>
  )
}

/** Alone, because it changes with each event. */
function Rate() {
  const text = useText().studio
  const { perSecond, remaining } = useTaskRate(tunes)
  const isKnown = perSecond !== undefined && remaining !== undefined
  return (
    <span className="rate">
      {isKnown ? `${text.rate(perSecond.toFixed(1))} · ${text.left(remaining)}` : ''}
    </span>
  )
}
