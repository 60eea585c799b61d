import { defaultEnvironment, type Environment } from '../../connection/environment.js'
import { createPublisher, type Store } from '../publisher.js'
import { createRetention } from '../retention.js'
import { createRateMeter, type TaskRate } from './rate-meter.js'
import type { MeasurableTaskManager } from './task-seam.js'
import { totalProgress } from './task.js'
import type { Task, TaskManager } from './task-types.js'

/**
 * The speed of a task and the time that it still needs, measured while there are subscribers. Without an
 * id, those of all tasks together, by the total `progress`.
 *
 * Both are `undefined` while they cannot be known:
 *
 * - until progress has come three times, over at least two seconds;
 * - while the task is not `processing`, or is `indeterminate`;
 * - after a stall (no progress for 5 s, and for three times the longest pause before), or after the
 *   server has begun anew, until enough is known again;
 * - for all tasks together, also while the queue is paused, and after a task has come or gone.
 *
 * Of tasks that have failed or were canceled, nothing more is expected.
 *
 * @example
 * ```ts
 * import { createTaskManager, rateOf } from 'brooklet/core'
 *
 * const tunes = createTaskManager()
 * const rate = rateOf(tunes, tunes.startTask('a slow waltz'))
 * rate.subscribe(() => console.log(rate.getSnapshot().remaining))
 * ```
 */
export function rateOf<Result, Input>(
  manager: TaskManager<Result, Input>,
  id?: string,
  environment: Environment = defaultEnvironment,
): Store<TaskRate> {
  const task = id === undefined ? undefined : manager.task(id)
  const meter = createRateMeter()
  const { publish, ...store } = createPublisher(() => meter.rate, environment)
  const { retain } = createRetention(environment, begin, end)
  let measuredIds: readonly string[] = []
  let cancelTimer = (): void => {}
  let unsubscribe: (() => void) | undefined

  function begin(): void {
    if (unsubscribe) return
    look()
    unsubscribe = (task ?? manager).subscribe(look)
  }

  function end(): void {
    unsubscribe?.()
    unsubscribe = undefined
    cancelTimer()
  }

  function look(): void {
    cancelTimer()
    const progress = task ? progressOf(task.getSnapshot()) : total()
    if (progress === undefined) meter.forget()
    else meter.add(environment.now(), progress, task ? 100 : goal())
    if (meter.stallsAt < Infinity)
      cancelTimer = environment.delay(look, meter.stallsAt - environment.now())
    if (meter.rate !== store.getSnapshot()) publish()
  }

  function total(): number | undefined {
    const { tasks, taskIds, progress, isPaused } = manager.getSnapshot()
    // A task that comes or goes changes the total, which is no progress.
    if (taskIds !== measuredIds) meter.forget()
    measuredIds = taskIds
    const isKnown = [...tasks.values()].some((each) => progressOf(each) !== undefined)
    return isKnown && !isPaused ? progress : undefined
  }

  /** How far the total gets: a task that has failed or was canceled stays where it is. */
  function goal(): number {
    const { tasks, progress } = manager.getSnapshot()
    const ifNoneWereLost = new Map(tasks)
    for (const each of tasks.values())
      if (each.status === 'error' || each.status === 'canceled')
        ifNoneWereLost.set(each.id, { ...each, progress: 100 })
    const { options } = manager as MeasurableTaskManager<Result, Input>
    return 100 - (totalProgress(ifNoneWereLost, options()) - progress)
  }

  return {
    ...store,
    subscribe(listener, seen) {
      const release = retain()
      const leave = store.subscribe(listener, seen)
      return () => {
        leave()
        release()
      }
    },
  }
}

/** The progress of a task that runs, if it is known. */
function progressOf(task: Task | undefined): number | undefined {
  return task?.status === 'processing' && !task.indeterminate ? task.progress : undefined
}
