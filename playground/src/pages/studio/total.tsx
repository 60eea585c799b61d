import { useTaskManager, useTaskRate } from 'brooklet'
import type { TaskManagerSnapshot } from 'brooklet'
import { useCallback } from 'react'
import { useText } from '../../language/language.js'
import { tunes } from './tunes.js'
import type { Tune } from './tunes.js'

type Snapshot = TaskManagerSnapshot<Tune>

const progressOf = ({ progress }: Snapshot) => Math.floor(progress)
const isPausedIn = ({ isPaused }: Snapshot) => isPaused
const hasFinishedIn = ({ tasks }: Snapshot) =>
  [...tasks.values()].some(({ status }) => status !== 'queued' && status !== 'processing')

/** All tunes together. The sentence is read out when it changes: when a tune is finished, not at each percent. */
export function Total() {
  const text = useText().studio
  const sentenceOf = useCallback((snapshot: Snapshot) => text.total(countsIn(snapshot)), [text])
  const sentence = useTaskManager(tunes, sentenceOf)
  const progress = useTaskManager(tunes, progressOf)
  const isPaused = useTaskManager(tunes, isPausedIn)
  const hasFinished = useTaskManager(tunes, hasFinishedIn)
  return (
    <section className="total" aria-label={text.totalProgress}>
      <p role="status">
        {sentence}
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
          aria-disabled={!hasFinished}
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

function countsIn({ tasks }: Snapshot) {
  const counts = { queued: 0, processing: 0, done: 0, error: 0, canceled: 0 }
  for (const { status } of tasks.values()) counts[status] += 1
  return { all: tasks.size, ...counts }
}
