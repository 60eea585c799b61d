import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type { TaskManager, TaskManagerOptions } from '../../src/stores/tasks/task-types.js'
import { startHttp } from '../support/http.js'
import startTaskServer from '../support/servers/tasks.js'

interface Tune {
  url: string
}

async function studio(options: TaskManagerOptions<Tune> = {}) {
  const server = await startTaskServer()
  onTestFinished(() => server.close())
  const manager = createTaskManager<Tune>({ url: `${server.url}/api/generate`, ...options })
  const task = (id: string) => manager.getSnapshot().tasks.get(id)
  const job = (id: string) => server.jobs.find(({ taskId }) => taskId === id)
  return { server, manager, task, job }
}

/** The values that a task's progress takes. */
function watchProgress(manager: TaskManager<Tune>, id: string): number[] {
  const seen: number[] = []
  manager.task(id).subscribe(() => seen.push(manager.task(id).getSnapshot()?.progress ?? -1))
  return seen
}

test('Express 5: progress by percent, then complete with its result', async () => {
  const { server, manager, task, job } = await studio()
  const id = manager.startTask('ein Walzer & 慢')
  const seen = watchProgress(manager, id)
  await expect.poll(() => task(id)?.status).toBe('done')
  expect(task(id)).toMatchObject({ progress: 100, result: { url: `${server.url}/tune.wav` } })
  expect(job(id)).toMatchObject({ prompt: 'ein Walzer & 慢', state: 'done' })
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
})

test('Express 5: a named error event is the error of its task alone', async () => {
  const { server, manager, task } = await studio()
  const [failing, other] = [manager.startTask('fail please'), manager.startTask('a waltz')]
  await expect.poll(() => task(other)?.status).toBe('done')
  expect(task(failing)).toMatchObject({
    status: 'error',
    progress: 50,
    result: null,
    error: { code: 'protocol', message: 'Cannot compose fail please' },
  })
  expect(server.jobs).toHaveLength(2) // and is not asked for again
})

test('Express 5: cancel one, which the server sees, and the others go on', async () => {
  const { server, manager, task, job } = await studio({
    cancelRequest: ({ id }) => fetch(`${server.url}/api/generate/${id}`, { method: 'DELETE' }),
  })
  const ids = ['wait 1', 'wait 2', 'wait 3'].map((prompt) => manager.startTask(prompt))
  const [first = '', canceled = '', last = ''] = ids
  await expect.poll(() => ids.map((id) => task(id)?.progress)).toEqual([50, 50, 50])
  manager.cancelTask(canceled)
  await expect.poll(() => job(canceled)).toMatchObject({ state: 'disconnected', canceled: true })
  expect(manager.getSnapshot().taskIds).toEqual([first, last])
  await fetch(`${server.url}/release`, { method: 'POST' })
  await expect.poll(() => [task(first)?.status, task(last)?.status]).toEqual(['done', 'done'])
  expect(job(canceled)?.state).toBe('disconnected')
})

test('Express 5: with a concurrency of two, the server never works on more than two', async () => {
  const { server, manager } = await studio({ concurrency: 2 })
  let most = 0
  manager.subscribe(() => {
    most = Math.max(most, server.jobs.filter(({ state }) => state === 'working').length)
  })
  for (let index = 0; index < 6; index += 1) manager.startTask(`tune ${index}`)
  await expect.poll(() => server.jobs.filter(({ state }) => state === 'done')).toHaveLength(6)
  expect(most).toBe(2)
  // Two that start together may arrive in either order.
  expect(server.jobs.map(({ prompt }) => prompt).toSorted()).toEqual(
    [0, 1, 2, 3, 4, 5].map((n) => `tune ${n}`),
  )
})

test('a server that answers HTML is one clear error, with what came', async () => {
  const server = await startHttp((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<h1>Sign in</h1>')
  })
  onTestFinished(() => server.close())
  const manager = createTaskManager({ url: `${server.url}/api/generate` })
  const id = manager.startTask('one')
  const task = () => manager.getSnapshot().tasks.get(id)
  await expect.poll(() => task()?.status).toBe('error')
  expect(task()?.error).toMatchObject({ code: 'content-type', body: '<h1>Sign in</h1>' })
  expect(task()?.error?.message).toContain(`${server.url}/api/generate, got 200`)
  expect(server.requests).toHaveLength(1)
})

test('where no server listens, the GET is tried again until there is one', async () => {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  const manager = createTaskManager({
    url: `http://127.0.0.1:${port}/api/generate`,
    retry: { attempts: 2, minDelay: 1, maxDelay: 1 },
  })
  const errors: unknown[] = []
  const id = manager.startTask('one')
  manager.task(id).subscribe(() => errors.push(manager.task(id).getSnapshot()?.error?.code))
  await expect.poll(() => manager.task(id).getSnapshot()?.status).toBe('error')
  expect(new Set(errors.filter(Boolean))).toEqual(new Set(['network']))
})
