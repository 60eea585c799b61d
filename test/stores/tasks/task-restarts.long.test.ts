// Two hundred tasks while jobs fail, users cancel, the server restarts again and again, and the page is
// gone from one moment to the next and opened anew: at the end the page and the server agree.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createStreams, nodeHandler, taskHandler } from '../../../src/server/index.js'
import { createTaskManager } from '../../../src/stores/tasks/task-manager.js'
import { storeTasks } from '../../../src/stores/tasks/storage/task-storage.js'
import type { Task } from '../../../src/stores/tasks/task-types.js'
import { seededRandom } from '../../support/seeded-random.js'

const taskCount = 200
const concurrency = 4

afterEach(() => vi.unstubAllGlobals())

type Random = (least: number, most: number) => number

interface ListedTask {
  id: string
  status: 'running' | 'done' | 'error' | 'canceled'
}

/** Jobs that a listener in front of them comes and goes. */
async function startJobs(random: Random) {
  /** What each made, or the words of its failure. */
  const outcomes = new Map<string, string>()
  /** Canceled when they had ended already. */
  const late = new Set<string>()

  const handle = taskHandler({
    streams: createStreams({ onError: (error) => (error as Error).message }),
    async run({ id, signal, progress }) {
      late.delete(id)
      try {
        const steps = random(3, 12)
        const failsAt = random(0, 5) === 0 ? random(1, steps) : 0
        for (let step = 1; step <= steps; step += 1) {
          await wait(random(5, 40), undefined, { signal })
          if (step === failsAt) throw new Error(`string ${random(0, 1e6)} broke`)
          await progress(Math.floor((100 * step) / steps))
        }
        outcomes.set(id, `tune ${random(0, 1e6)}`)
        return outcomes.get(id)
      } catch (error) {
        outcomes.set(id, (error as Error).message)
        throw error
      }
    },
  })

  async function list(): Promise<Map<string, ListedTask['status']>> {
    const response = await handle(new Request('http://list.test/jobs'))
    const { tasks } = (await response.json()) as { tasks: ListedTask[] }
    return new Map(tasks.map(({ id, status }) => [id, status]))
  }

  const listener = nodeHandler(async (request) => {
    const id = new URL(request.url).searchParams.get('taskId')!
    if (request.method === 'DELETE' && (await list()).get(id) !== 'running') late.add(id)
    return handle(request)
  })

  let server: Server | undefined
  // Below those that are given to a connection: while nobody listens, one could be given this very
  // port, and be connected to itself.
  let port = random(20_000, 30_000)
  async function open(): Promise<void> {
    server = createServer(listener).listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server!.close(resolve))
    server!.closeAllConnections()
    await closed
  }
  while (
    !(await open().then(
      () => true,
      () => false,
    ))
  )
    port += 1
  onTestFinished(close)

  return {
    url: `http://127.0.0.1:${port}/jobs`,
    list,
    outcomes,
    late,
    async restart() {
      await close()
      await wait(random(10, 150))
      await open()
    },
  }
}

/** A browser with one page at a time. */
function createBrowser(url: string) {
  const storage = new Map<string, string>()

  return function openPage() {
    const death = new AbortController()
    const fetch: typeof globalThis.fetch = (input, init) => {
      if (death.signal.aborted) return new Promise(() => {})
      const signals = [death.signal, ...(init?.signal ? [init.signal] : [])]
      return globalThis.fetch(input, { ...init, signal: AbortSignal.any(signals) })
    }
    /** The tasks whose server does not know yet that they are canceled. */
    const canceling = new Set<string>()

    async function cancelRequest({ id }: Task): Promise<void> {
      canceling.add(id)
      for (;;) {
        const query = new URLSearchParams({ taskId: id })
        const response = await fetch(`${url}?${query}`, { method: 'DELETE' }).catch(() => undefined)
        if (response) break
        await wait(20)
      }
      canceling.delete(id)
    }

    const manager = createTaskManager<unknown, string>({
      url,
      fetch,
      concurrency,
      cancelRequest,
      keepCanceled: true,
      retry: { attempts: 30, minDelay: 5, maxDelay: 40 },
    })
    storeTasks(manager, {
      key: 'jobs',
      storage: {
        getItem: (key) => storage.get(key),
        setItem: (key, value) => void (death.signal.aborted || storage.set(key, value)),
      },
    })
    const tasks = () => [...manager.getSnapshot().tasks.values()]
    return {
      manager,
      tasks,
      canceling,
      isBusy: () =>
        canceling.size > 0 ||
        tasks().some(({ status }) => status === 'queued' || status === 'processing'),
      /** Its connections are cut, and it says and saves nothing any more. */
      kill: () => death.abort(),
    }
  }
}

type Page = ReturnType<ReturnType<typeof createBrowser>>

function pick<Value>(random: Random, values: readonly Value[]): Value | undefined {
  return values[random(0, values.length - 1)]
}

/** What a user does on a whim. Tasks that the server may not have heard of yet are left alone. */
function meddle({ manager, tasks, canceling }: Page, random: Random): void {
  const running = tasks().filter(({ status, progress }) => status === 'processing' && progress > 0)
  const untouched = tasks().filter(({ status, attempt }) => status === 'queued' && attempt === 1)
  const retryable = tasks().filter(
    ({ id, status }) => (status === 'error' || status === 'canceled') && !canceling.has(id),
  )
  const whims = [
    () => act(manager.cancelTask, pick(random, running)),
    () => act(manager.cancelTask, pick(random, untouched)),
    () => act(manager.retryTask, pick(random, retryable)),
    manager.pauseQueue,
    manager.resumeQueue,
    manager.resumeQueue,
  ]
  whims[random(0, 11)]?.()
}

function act(action: (id: string) => void, task: Task | undefined): void {
  if (task) action(task.id)
}

test(`${taskCount} tasks end as the server says, whatever becomes of it and of the page`, async () => {
  // There is one page at a time: the dead ones, which this process cannot end, must not be heard.
  vi.stubGlobal('navigator', {})
  vi.stubGlobal('BroadcastChannel', undefined)
  const seed = Number(process.env.SEED) || Date.now() % 2 ** 32
  console.log(`SEED=${seed}`)
  const draw = seededRandom(seed)
  const random: Random = (least, most) => least + Math.floor(draw() * (most - least + 1))
  const server = await startJobs(random)
  const openPage = createBrowser(server.url)
  let page = openPage()
  const ids = Array.from({ length: taskCount }, (_, n) => `t${n}`)
  for (const id of ids) page.manager.startTask(`tune ${id}`, { id, priority: random(0, 2) })

  const over = new AbortController()
  let restarts = 0
  const restarting = (async () => {
    for (; !over.signal.aborted; restarts += 1) {
      await wait(random(200, 600))
      await server.restart()
    }
  })()

  let reloads = 0
  while (page.isBusy()) {
    meddle(page, random)
    await wait(random(5, 40))
    const count = (status: Task['status']): number =>
      page.tasks().filter((task) => task.status === status).length
    expect(count('processing')).toBeLessThanOrEqual(concurrency)
    if (count('done') < (reloads + 1) * 40) continue
    // What was done in the last second is not saved yet; what the server does goes on.
    await expect.poll(() => page.canceling.size, { timeout: 10_000 }).toBe(0)
    await wait(1_200)
    page.kill()
    page = openPage()
    reloads += 1
    expect(page.manager.getSnapshot().taskIds).toEqual(ids)
  }
  over.abort()
  await restarting

  const said = await server.list()
  for (const { id, status, result, error } of page.tasks()) {
    if (status === 'canceled') {
      // Unless it had not heard of the task yet, or the task had ended by then.
      if (said.has(id) && !server.late.has(id)) expect([id, said.get(id)]).toEqual([id, status])
    } else {
      const outcome = status === 'done' ? result : error?.message
      expect([id, status, outcome]).toEqual([id, said.get(id), server.outcomes.get(id)])
    }
  }
  const ends = [...said.values(), ...Array<string>(taskCount - said.size).fill('unknown')]
  const count = (end: string): number => ends.filter((each) => each === end).length
  const counts = ['done', 'error', 'canceled', 'unknown'].map((end) => `${count(end)} ${end}`)
  console.log(`${restarts} restarts, ${reloads} reloads: ${counts.join(', ')}`)
  expect(ends).not.toContain('running')
  expect(restarts).toBeGreaterThan(5)
  expect(reloads).toBeGreaterThan(2)
})
