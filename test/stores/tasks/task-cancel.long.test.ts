// How long after `cancelTask` the job at the server knows, over real sockets.
import { expect, onTestFinished, test } from 'vitest'
import { createStreams, nodeHandler, taskHandler } from '../../../src/server/index.js'
import { createTaskManager } from '../../../src/stores/tasks/task-manager.js'
import { startHttp } from '../../support/http.js'

const taskCount = 200
const concurrency = 20
const limit = 100

interface Seen {
  /** When the job's signal aborted. */
  job?: number
  /** When its response was closed. */
  socket?: number
}

/** Jobs that get on ten times a second, and never end by themselves. */
async function startJobs() {
  const seen = new Map<string, Seen>()
  const handle = nodeHandler(
    taskHandler({
      streams: createStreams({ onError: () => undefined }),
      async run({ id, signal, progress }) {
        signal.addEventListener('abort', () => (seen.get(id)!.job = performance.now()))
        for (let percent = 1; !signal.aborted; percent = (percent % 99) + 1) {
          await progress(percent)
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      },
    }),
  )
  const { url, close } = await startHttp((request, response) => {
    const id = new URL(request.url!, 'http://a').searchParams.get('taskId')!
    if (request.method === 'GET') {
      const of: Seen = {}
      seen.set(id, of)
      response.on('close', () => (of.socket = performance.now()))
    }
    handle(request, response)
  })
  onTestFinished(close)
  return { url, seen }
}

test(
  `each of ${taskCount} jobs hears within ${limit} ms that it is canceled`,
  { retry: 2 },
  async () => {
    const { url, seen } = await startJobs()
    const manager = createTaskManager({ url: `${url}/jobs`, concurrency, keepCanceled: true })
    for (let n = 0; n < taskCount; n += 1) manager.startTask(`job ${n}`, { id: `job-${n}` })

    const delays: Record<keyof Seen, number[]> = { job: [], socket: [] }
    for (const id of manager.getSnapshot().taskIds) {
      const task = manager.task(id)
      // Among those that run and get on.
      await expect.poll(() => task.getSnapshot()?.progress, { interval: 5 }).toBeGreaterThan(0)
      const at = performance.now()
      manager.cancelTask(id)
      const { job, socket } = await expect
        .poll(() => seen.get(id), { interval: 5 })
        .toEqual({ job: expect.any(Number), socket: expect.any(Number) })
        .then(() => seen.get(id) as Required<Seen>)
      delays.job.push(job - at)
      delays.socket.push(socket - at)
      expect(task.getSnapshot()?.status).toBe('canceled')
    }

    for (const [what, all] of Object.entries(delays)) {
      const sorted = all.toSorted((one, other) => one - other)
      const [median, most, worst] = [0.5, 0.95, 1].map((share) => sorted[share * taskCount - 1]!)
      console.log(`${what}: median ${median!.toFixed(1)} ms, at most ${worst!.toFixed(1)} ms`)
      expect(most).toBeLessThan(limit)
      // A busy machine takes its time away from some.
      expect(worst).toBeLessThan(10 * limit)
    }
  },
)
