import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import { freePort } from '../support/free-port.js'
import { startHttp } from '../support/http.js'
import startTaskServer from '../support/servers/tasks.js'

test('Express 5: with a concurrency of two, the server never works on more than two', async () => {
  const server = await startTaskServer()
  onTestFinished(() => server.close())
  const manager = createTaskManager({ url: `${server.url}/api/generate`, concurrency: 2 })
  let most = 0
  manager.subscribe(() => {
    most = Math.max(most, server.jobs.filter(({ state }) => state === 'working').length)
  })
  for (let index = 0; index < 6; index += 1) manager.startTask(`wait ${index}`)
  await expect.poll(() => most).toBe(2)
  await fetch(`${server.url}/release`, { method: 'POST' })
  await expect.poll(() => server.jobs.filter(({ state }) => state === 'done')).toHaveLength(6)
  expect(most).toBe(2)
  // Two that start together may arrive in either order.
  expect(server.jobs.map(({ prompt }) => prompt).toSorted()).toEqual(
    [0, 1, 2, 3, 4, 5].map((n) => `wait ${n}`),
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
  const port = await freePort()
  const manager = createTaskManager({
    url: `http://127.0.0.1:${port}/api/generate`,
    retry: { attempts: Infinity, minDelay: 1, maxDelay: 1 },
  })
  const task = manager.task(manager.startTask('one'))
  await expect.poll(() => task.getSnapshot()?.error?.code).toBe('network')

  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/event-stream')
    response.end('event: complete\ndata: {"result":1}\n\n')
  }).listen(port, '127.0.0.1')
  onTestFinished(() => void server.close())
  await expect.poll(() => task.getSnapshot()?.status).toBe('done')
  expect(task.getSnapshot()).toMatchObject({ result: 1, error: undefined })
})
