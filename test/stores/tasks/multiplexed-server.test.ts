// Many tasks over one stream of a real server, which drops its connections again and again.
import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { multiplexed } from '../../../src/stores/tasks/multiplexed.js'
import { createTaskManager } from '../../../src/stores/tasks/task-manager.js'
import { startHttp } from '../../support/http.js'

const ids = Array.from({ length: 100 }, (_, n) => `t${n}`)
const steps = 20

/** Each task gets on a step a round; all that was said is kept, for who comes back by an id. */
async function startJobs() {
  const log: string[] = []
  const started: string[] = []
  const canceled: string[] = []
  let stream: ServerResponse | undefined
  let drops = 0

  function say(type: string, fields: object): void {
    const event = `id: ${log.length + 1}\nevent: ${type}\ndata: ${JSON.stringify(fields)}\n\n`
    log.push(event)
    stream?.write(event)
  }

  const { close, url } = await startHttp((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://a.test')
    const taskId = searchParams.get('taskId')!
    if (pathname === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      for (const event of log.slice(Number(request.headers['last-event-id'] ?? 0)))
        response.write(event)
      stream = response
    } else if (request.method === 'DELETE') {
      canceled.push(taskId)
      response.writeHead(204).end()
    } else {
      started.push(taskId)
      response.writeHead(202, { 'brooklet-cancel': `/jobs?taskId=${taskId}` }).end()
    }
  })

  async function work(): Promise<void> {
    for (let step = 1; step <= steps; step += 1) {
      await expect.poll(() => stream).toBeDefined()
      for (const [n, taskId] of ids.entries()) {
        if (canceled.includes(taskId)) continue
        if (step < steps) say('progress', { taskId, percent: (100 * step) / steps })
        else if (n % 10 === 0) say('error', { taskId, message: 'out of tune' })
        else say('complete', { taskId, result: `tune ${n}` })
        if (stream && (step + n) % 97 === 0) {
          // In the middle of a record: the next connection has to bring all of it.
          stream.write('id: 9999\ndata: {"taskId"')
          stream.destroy()
          stream = undefined
          drops += 1
        }
      }
    }
  }

  return { url, close, work, started, canceled, drops: () => drops }
}

test('100 tasks end as the server says, though it drops the stream again and again; none is started twice', async () => {
  const server = await startJobs()
  onTestFinished(server.close)
  const manager = createTaskManager({
    url: `${server.url}/jobs`,
    concurrency: 100,
    keepCanceled: true,
    stream: multiplexed({ url: `${server.url}/events`, retry: { minDelay: 5, maxDelay: 20 } }),
  })
  for (const id of ids) manager.startTask(id, { id })
  await expect.poll(() => server.started).toHaveLength(100)
  const working = server.work()
  for (const id of ['t3', 't33']) manager.cancelTask(id)
  await expect.poll(() => server.canceled.toSorted()).toEqual(['t3', 't33'])
  await working

  const states = (): string[] =>
    [...manager.getSnapshot().tasks.values()].map(({ status, result, error }) =>
      [status, result ?? error?.message].join(' '),
    )
  const expected = ids.map((id, n) => {
    if (server.canceled.includes(id)) return 'canceled '
    return n % 10 === 0 ? 'error out of tune' : `done tune ${n}`
  })
  await expect.poll(states).toEqual(expected)
  expect(server.drops()).toBe(steps)
  expect(server.started.toSorted()).toEqual(ids.toSorted())
})
