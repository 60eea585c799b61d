import { describe, expect, test, vi } from 'vitest'
import { chatHandler, createStreams, memoryStore, taskHandler } from '../../src/server/index.js'
import type { ServerTask } from '../../src/server/index.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import { cutting, eventsOf, servers } from './support.js'

const url = 'http://localhost/api/generate'
const retry = { minDelay: 1, maxDelay: 1, attempts: 50, jitter: 0 }

const count = async ({ prompt, progress }: ServerTask): Promise<unknown> => {
  for (const percent of [25, 50, 75]) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    await progress(percent)
  }
  return { url: `/tunes/${prompt}` }
}

/** A task that runs until it is told to return or throw, on a handler of its own. */
function paced(options: { owner?(request: Request): string } = {}) {
  const tasks: ServerTask[] = []
  let settleTask!: { resolve(result?: unknown): void; reject(error: unknown): void }
  const handler = taskHandler({
    ...options,
    streams: createStreams({ onError: () => {} }),
    run(task) {
      tasks.push(task)
      return new Promise((resolve, reject) => (settleTask = { resolve, reject }))
    },
  })
  return {
    handler,
    tasks,
    resolve: (result?: unknown) => settleTask.resolve(result),
    reject: (error: unknown) => settleTask.reject(error),
    get: (query: string, headers?: HeadersInit) => handler(new Request(url + query, { headers })),
    remove: (query: string) => handler(new Request(url + query, { method: 'DELETE' })),
  }
}

describe.each(Object.entries(servers))('%s', (_, mount) => {
  test('tasks are followed, wherever they are cut, and each is run once', async () => {
    const run = vi.fn<(task: ServerTask) => Promise<unknown>>(count)
    const cuts: number[] = []
    const origin = await mount(cutting(taskHandler({ run }), cuts))
    for (let cut = 90; cut < 300; cut += 37) {
      cuts.splice(0, cuts.length, cut, cut + 20)
      const manager = createTaskManager<{ url: string }>({ url: `${origin}/api/generate`, retry })
      const id = manager.startTask('a jig')
      await expect.poll(() => manager.task(id).getSnapshot()?.status).toBe('done')
      expect(manager.task(id).getSnapshot()?.result).toEqual({ url: '/tunes/a jig' })
    }
    expect(run).toHaveBeenCalledTimes(6)
    expect(run.mock.lastCall![0]).toMatchObject({ prompt: 'a jig', input: 'a jig' })
  })

  test('an input object is posted, and followed by its id', async () => {
    const run = vi.fn<(task: ServerTask) => Promise<unknown>>(count)
    const cuts = [120]
    const origin = await mount(cutting(taskHandler({ run }), cuts))
    const manager = createTaskManager({ url: `${origin}/api/generate`, retry })
    const id = manager.startTask({ prompt: 'a jig', seconds: 3 })
    await expect.poll(() => manager.task(id).getSnapshot()?.status).toBe('done')
    expect(run).toHaveBeenCalledOnce()
    const input = { prompt: 'a jig', seconds: 3 }
    expect(run.mock.lastCall![0]).toMatchObject({ id, prompt: 'a jig', input })
  })
})

describe('a task', () => {
  test('tells its progress, and its result', async () => {
    const { tasks, resolve, get } = paced()
    const response = await get('?prompt=a+jig&taskId=1')
    await tasks[0]!.progress(40, { stage: 'melody' })
    resolve()
    expect(await eventsOf(response)).toMatchObject([
      { type: 'progress', data: '{"stage":"melody","type":"progress","percent":40}' },
      { type: 'complete', data: '{"type":"complete","result":null}' },
    ])
  })

  test('goes on when the page leaves, and is followed by its id', async () => {
    const { tasks, resolve, get } = paced()
    const response = await get('?prompt=a+jig&taskId=1')
    expect(response.headers.get('content-location')).toBe('?taskId=1')
    expect(response.headers.get('brooklet-cancel')).toBe('?taskId=1')
    await response.body!.cancel()
    expect(tasks[0]!.signal.aborted).toBe(false)
    resolve({ ok: true })
    for (const query of ['?taskId=1', '?taskId=1&prompt=a+jig']) {
      const [complete] = await eventsOf(await get(query))
      expect(JSON.parse(complete!.data)).toMatchObject({ result: { ok: true } })
    }
    expect(tasks).toHaveLength(1)
  })

  test('is listed', async () => {
    const { get, resolve } = paced()
    const first = await get('?prompt=a+jig&taskId=1')
    resolve()
    await eventsOf(first)
    await get('?prompt=a+reel&taskId=2')
    const list = await get('')
    expect(list.headers.get('cache-control')).toBe('no-store')
    const { tasks } = (await list.json()) as { tasks: unknown[] }
    expect(tasks).toMatchObject([
      { id: '1', prompt: 'a jig', input: 'a jig', status: 'done' },
      { id: '2', prompt: 'a reel', status: 'running', startedAt: expect.any(Number) },
    ])
  })

  test('that runs is followed on another device, by the list, and is not started again', async () => {
    const { handler, tasks, resolve, get } = paced()
    await get('?prompt=a+jig&taskId=1')
    const { tasks: listed } = (await (await get('')).json()) as {
      tasks: { id: string; input: string }[]
    }
    const fetch: typeof globalThis.fetch = (input, init) => handler(new Request(input, init))
    const manager = createTaskManager({ url, fetch })
    for (const { id, input } of listed) manager.startTask(input, { id })
    await tasks[0]!.progress(40)
    await expect.poll(() => manager.task('1').getSnapshot()?.progress).toBe(40)
    resolve('done')
    await expect.poll(() => manager.task('1').getSnapshot()?.result).toBe('done')
    expect(tasks).toHaveLength(1)
  })

  test('is kept apart from the replies of a chat with the same streams', async () => {
    const streams = createStreams()
    const chat = chatHandler({ streams, async *reply() {} })
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: '{"messages":[]}' }
    expect((await chat(new Request(url, init))).status).toBe(200)
    const handler = taskHandler({ streams, run: () => {} })
    expect(await (await handler(new Request(url))).json()).toEqual({ tasks: [] })
  })

  test('that was posted with no id and no prompt gets an id', async () => {
    const { handler, tasks } = paced()
    const headers = { 'content-type': 'application/json' }
    for (const body of ['{}', '{"taskId":7,"prompt":8}', '{"taskId":""}']) {
      await handler(new Request(url, { method: 'POST', headers, body }))
    }
    const id = expect.stringMatching(/^[\da-f-]{36}$/)
    expect(tasks).toMatchObject([1, 2, 3].map(() => ({ id, prompt: '' })))
  })

  test('is canceled by DELETE', async () => {
    const { tasks, get, remove } = paced()
    const response = await get('?prompt=a+jig&taskId=1')
    expect((await remove('?taskId=1')).status).toBe(204)
    await expect.poll(() => tasks[0]!.signal.aborted).toBe(true)
    const [error] = await eventsOf(response)
    expect(JSON.parse(error!.data)).toMatchObject({ type: 'error', code: 'canceled' })
    expect((await remove('?taskId=1')).status).toBe(204)
  })

  test('that failed is run again when it is asked for anew, not when its reader comes back', async () => {
    const { tasks, get, reject } = paced()
    const response = await get('?prompt=a+jig&taskId=1')
    await tasks[0]!.progress(1)
    reject(new Error('no'))
    const [progress] = await eventsOf(response)
    const headers = { 'last-event-id': progress!.lastEventId }
    const [error] = await eventsOf(await get('?prompt=a+jig&taskId=1', headers))
    expect(JSON.parse(error!.data)).toMatchObject({ type: 'error', code: 'failed' })
    expect(tasks).toHaveLength(1)
    await get('?prompt=a+jig&taskId=1')
    expect(tasks).toHaveLength(2)
  })

  test('that is asked for without an id gets one of its own', async () => {
    const { tasks, get } = paced()
    for (const query of ['?prompt=a+jig', '?prompt=a+jig&taskId=']) {
      const response = await get(query)
      const { id } = tasks.at(-1)!
      expect(id).toMatch(/^\w{8}-/)
      expect(response.headers.get('content-location')).toBe(`?taskId=${id}`)
    }
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(2)
  })

  test('that is forgotten is not started by a reader that comes back', async () => {
    const { tasks, get } = paced()
    const response = await get('?prompt=a+jig&taskId=1', { 'last-event-id': '1a2b3c4d-7' })
    expect(response.status).toBe(404)
    expect(tasks).toHaveLength(0)
  })

  test('is not started by HEAD, which answers as GET does', async () => {
    const { tasks, get, handler } = paced()
    const head = (query: string) => handler(new Request(url + query, { method: 'HEAD' }))
    expect((await head('?prompt=a+jig&taskId=1')).status).toBe(404)
    expect(tasks).toHaveLength(0)
    await get('?prompt=a+jig&taskId=1')
    for (const query of ['?prompt=a+jig&taskId=1', '?taskId=1']) {
      expect((await head(query)).headers.get('content-type')).toBe('text/event-stream')
    }
    expect((await head('')).headers.get('content-type')).toBe('application/json')
  })

  test('is its owner’s', async () => {
    const owner = (request: Request) => request.headers.get('x-user')!
    const { tasks, get } = paced({ owner })
    await get('?prompt=a+jig&taskId=1', { 'x-user': 'alice' })
    expect((await get('?taskId=1', { 'x-user': 'bob' })).status).toBe(404)
    await get('?prompt=a+reel&taskId=1', { 'x-user': 'bob' })
    expect(tasks.map(({ prompt }) => prompt)).toEqual(['a jig', 'a reel'])
    expect(await (await get('', { 'x-user': 'bob' })).json()).toMatchObject({
      tasks: [{ id: '1', prompt: 'a reel' }],
    })
  })

  test('is nobody’s whose name begins with that of its owner and its id', async () => {
    const { get } = paced({ owner: (request) => request.headers.get('x-user')! })
    await get('?prompt=a+jig&taskId=b:1', { 'x-user': 'a' })
    expect((await get('?taskId=1', { 'x-user': 'a:b' })).status).toBe(404)
  })
})

test.each([
  ['an unknown task', new Request(`${url}?taskId=1`), 404],
  ['a DELETE without an id', new Request(url, { method: 'DELETE' }), 400],
  ['a DELETE of an unknown task', new Request(`${url}?taskId=1`, { method: 'DELETE' }), 404],
  ['another method', new Request(url, { method: 'PUT' }), 405],
  ['a body that is no JSON', new Request(url, { method: 'POST', body: 'x' }), 415],
])('%s is refused with a reason', async (_, request, status) => {
  const { handler, tasks } = paced()
  const response = await handler(request)
  expect(response.status).toBe(status)
  expect(await response.json()).toEqual({ error: { message: expect.stringMatching(/\w/) } })
  expect(tasks).toHaveLength(0)
})

test('a store that cannot be reached is a 503, to be tried again', async () => {
  const down = () => Promise.reject(new Error('connection refused'))
  const store = { ...memoryStore(), create: down, info: down, list: down }
  const streams = createStreams({ store, onError: () => {} })
  const handler = taskHandler({ streams, run: () => {} })
  for (const request of [
    new Request(`${url}?prompt=a&taskId=1`),
    new Request(url),
    new Request(`${url}?taskId=1`, { method: 'DELETE' }),
  ]) {
    expect((await handler(request)).status).toBe(503)
  }
})
