import { defaultEnvironment, type Environment } from '../connection/environment.js'
import { createPublisher, type Store } from './publisher.js'
import { createRateMeter, type TaskRate } from './rate-meter.js'
import type { TaskManager } from './task-types.js'

/**
 * How fast a task goes on, and how long it still takes: measured while there are subscribers.
 *
 * Both are `undefined` before three values over two seconds, while the task is not `processing` or
 * `indeterminate`, and from a stall on (a silence of 5 s, and of three times the longest before) or a
 * fresh start of the server's, until enough is known again.
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
  id: string,
  environment: Environment = defaultEnvironment,
): Store<TaskRate> {
  const task = manager.task(id)
  const meter = createRateMeter()
  const { publish, ...store } = createPublisher(() => meter.rate, environment)
  let subscribers = 0
  let cancelTimer = (): void => {}
  let unsubscribe = cancelTimer

  function look(): void {
    cancelTimer()
    const current = task.getSnapshot()
    if (current?.status === 'processing' && !current.indeterminate)
      meter.add(environment.now(), current.progress)
    else meter.forget()
    if (meter.stallsAt < Infinity)
      cancelTimer = environment.delay(look, meter.stallsAt - environment.now())
    if (meter.rate !== store.getSnapshot()) publish()
  }

  return {
    ...store,
    subscribe(listener, ...seen) {
      if ((subscribers += 1) === 1) {
        look()
        unsubscribe = task.subscribe(look)
      }
      const leave = store.subscribe(listener, ...seen)
      let hasLeft = false
      return () => {
        if (hasLeft) return
        hasLeft = true
        leave()
        subscribers -= 1
        if (subscribers > 0) return
        unsubscribe()
        cancelTimer()
      }
    },
  }
}
