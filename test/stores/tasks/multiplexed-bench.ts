import { multiplexed, type MultiplexedOptions } from '../../../src/stores/tasks/multiplexed.js'
import type { TaskManagerOptions } from '../../../src/stores/tasks/task-types.js'
import { benchTasks, type TaskCall } from '../../support/servers/task-script.js'

/** Tasks whose events come over one stream, at `/all`. */
export function benchMultiplexed(
  options: TaskManagerOptions = {},
  more: Partial<MultiplexedOptions> = {},
) {
  const bench = benchTasks({
    concurrency: 100,
    stream: multiplexed({ url: '/all', ...more }),
    ...options,
  })
  const streams = () => bench.calls.filter(({ url }) => url.pathname === '/all')
  let lastId = 0
  return {
    ...bench,
    streams,
    starts: () => bench.calls.filter(({ url }) => url.pathname !== '/all'),
    stream: (): TaskCall => streams().at(-1)!,
    /** Starts tasks, opens the stream, and answers that they have begun. */
    async start(...ids: string[]) {
      for (const id of ids) bench.manager.startTask(id, { id })
      await bench.arrive()
      streams().at(-1)!.accept()
      await bench.arrive()
      for (const id of ids) bench.call(id).answer(new Response(null, { status: 202 }))
      await bench.arrive()
    },
    async send(taskId: string, data: object, event = 'progress') {
      streams()
        .at(-1)!
        .send(event, { taskId, ...data }, `${(lastId += 1)}`)
      await bench.arrive()
      return bench.task(taskId)
    },
  }
}
