import { useTaskManager } from 'brooklet'
import type { Task, TaskManagerSnapshot } from 'brooklet'
import { useText } from '../../language/language.js'
import { tunes } from './tunes.js'
import type { Tune } from './tunes.js'

const progressOf = ({ progress }: TaskManagerSnapshot<Tune>) => Math.floor(progress)
const countOf =
  (status: Task['status']) =>
  ({ tasks }: TaskManagerSnapshot<Tune>): number =>
    [...tasks.values()].filter((task) => task.status === status).length
const sizeOf = ({ tasks }: TaskManagerSnapshot<Tune>) => tasks.size
const doneOf = countOf('done')
const queuedOf = countOf('queued')
const failedOf = countOf('error')

/** All tunes together. The sentence is read out when it changes: when a tune is finished, not at each percent. */
export function Total() {
  const text = useText().studio
  const progress = useTaskManager(tunes, progressOf)
  const size = useTaskManager(tunes, sizeOf)
  const done = useTaskManager(tunes, doneOf)
  const queued = useTaskManager(tunes, queuedOf)
  const failed = useTaskManager(tunes, failedOf)
  return (
    <div className="total">
      <span role="status">{text.total({ done, all: size, queued, failed })}</span>
      <progress max={100} value={progress} aria-label={text.totalProgress} />
      <span className="number">{progress} %</span>
      <button
        type="button"
        className="button"
        aria-disabled={done + failed === 0}
        onClick={() => tunes.clearFinished()}
      >
        {text.clearFinished}
      </button>
    </div>
  )
}
