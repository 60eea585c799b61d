import { expect, test } from 'vitest'
import { a2a } from '../../../src/protocols/a2a.js'
import { fromAnswer, type FromAnswerOptions } from '../../../src/stores/tasks/from-answer.js'
import { createTaskManager } from '../../../src/stores/tasks/task-manager.js'
import type { TaskManagerOptions } from '../../../src/stores/tasks/task-types.js'
import { createTestClock } from '../../support/clock.js'
import { benchTasks, scriptTasks, type TaskCall } from '../../support/servers/task-script.js'

async function begin(answer: Response, own?: FromAnswerOptions, options: TaskManagerOptions = {}) {
  const bench = benchTasks({ url: 'https://a.test/jobs', stream: fromAnswer(own), ...options })
  bench.manager.startTask({ prompt: 'one' }, { id: 'a' })
  await bench.arrive()
  bench.call('a').answer(answer)
  await bench.arrive()
  return {
    ...bench,
    starts: () => bench.calls.filter(({ method }) => method === 'POST'),
    stream: (): TaskCall => bench.calls.at(-1)!,
    async send(event: string, data: object, id?: string) {
      bench.calls.at(-1)!.send(event, data, id)
      await bench.arrive()
      return bench.task('a')
    },
  }
}

const accepted = (headers: HeadersInit = { location: '/jobs/7/events' }): Response =>
  new Response(null, { status: 202, headers })

test('a task is started by POST, and followed where the answer says', async () => {
  const { starts, stream, send, calls } = await begin(accepted())
  expect(starts()).toMatchObject([{ body: { prompt: 'one', taskId: 'a' } }])
  expect(stream()).toMatchObject({ method: 'GET', url: { href: 'https://a.test/jobs/7/events' } })
  expect(await send('progress', { percent: 40 })).toMatchObject({ progress: 40 })
  expect(await send('complete', { result: 'tune' })).toMatchObject({
    status: 'done',
    result: 'tune',
  })
  expect(calls).toHaveLength(2)
  expect(stream().isAborted).toBe(true)
})

test('the URL may be in the body of the answer', async () => {
  const { stream } = await begin(Response.json({ urls: { stream: 'https://b.test/7' } }), {
    url: async (answer) => ((await answer.json()) as { urls: { stream: string } }).urls.stream,
  })
  expect(stream().url.href).toBe('https://b.test/7')
})

test("a URL that is relative to one which is relative itself is for a `fetch` of the user's own", async () => {
  const options = { url: '/jobs', headers: { authorization: 'Bearer of the task' } }
  const { calls, stream } = await begin(accepted(), {}, options)
  expect(calls).toHaveLength(2)
  expect(stream().url.pathname).toBe('/jobs/7/events')
  expect(stream().headers.get('authorization')).toBe('Bearer of the task')
})

test('what is there may be one document, where the protocol can read it', async () => {
  const { stream, task, arrive } = await begin(accepted(), {}, { protocol: a2a() })
  const document = { kind: 'task', status: { state: 'completed' }, artifacts: [] }
  stream().answer(Response.json(document))
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: null })
})

test.each<[string, Response, FromAnswerOptions]>([
  ['no Location', accepted({}), {}],
  [
    'a body that is none',
    new Response('no'),
    { url: (answer) => answer.json() as Promise<string> },
  ],
  [
    'a URL that is null',
    Response.json(null),
    { url: (answer) => answer.json() as Promise<string> },
  ],
  [
    'no field of that name',
    Response.json({}),
    { url: async (answer) => ((await answer.json()) as { url: string }).url },
  ],
  ['an empty URL', accepted({ location: '' }), {}],
])('an answer with %s fails the task, which is not started again', async (_, answer, own) => {
  const url = 'https://a.test/jobs?key=secret'
  const { task, clock, starts, calls } = await begin(answer, own, { url })
  await clock.advance(60_000)
  expect(task('a')).toMatchObject({
    status: 'error',
    error: {
      code: 'protocol',
      url,
      // The URL without its query, which may be nobody else's business.
      message: expect.stringContaining('the answer of https://a.test/jobs to say where'),
    },
  })
  expect([starts().length, calls.length]).toEqual([1, 1])
})

test('a start that is refused fails the task in the words of its server', async () => {
  const own: FromAnswerOptions = { url: (answer) => answer.text() }
  const { task, calls } = await begin(new Response('no such tune', { status: 400 }), own)
  expect(task('a')).toMatchObject({ status: 'error', error: { status: 400, body: 'no such tune' } })
  expect(calls).toHaveLength(1)
})

test('a lost stream is asked for again by the last event id, and the job is not started again', async () => {
  const { starts, stream, send, task, clock, arrive } = await begin(accepted())
  await send('progress', { percent: 40 }, '12')
  stream().cut()
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', isReconnecting: true })
  await clock.advance(1_000)
  expect(stream().method).toBe('GET')
  expect(stream().headers.get('last-event-id')).toBe('12')
  expect(await send('progress', { percent: 30 })).toMatchObject({
    progress: 40,
    isReconnecting: false,
  })
  expect(starts()).toHaveLength(1)
})

test('without ids a lost stream is asked for again from the start', async () => {
  const { starts, stream, send, clock, arrive } = await begin(accepted())
  await send('progress', { percent: 40 })
  stream().cut()
  await arrive()
  await clock.advance(1_000)
  expect(await send('progress', { percent: 10 })).toMatchObject({
    progress: 10,
    status: 'processing',
  })
  expect(starts()).toHaveLength(1)
})

test('a cancel closes what is open, and tells the server as the answer said', async () => {
  const headers = { location: '/jobs/7/events', 'brooklet-cancel': '/jobs/7' }
  const { manager, stream, calls, arrive } = await begin(accepted(headers))
  const followed = stream()
  followed.send('progress', { percent: 10 }) // its response does not say how to cancel
  await arrive()
  manager.cancelTask('a')
  await arrive()
  expect(followed.isAborted).toBe(true)
  expect(calls.at(-1)).toMatchObject({ method: 'DELETE', url: { href: 'https://a.test/jobs/7' } })
})

test('it is followed by the global `fetch` as well', async () => {
  const { fetch, calls } = scriptTasks()
  const clock = createTestClock(fetch)
  const manager = createTaskManager({ url: 'https://a.test/jobs', stream: fromAnswer() }, clock)
  manager.startTask({ prompt: 'one' })
  await clock.advance(0)
  calls[0]!.answer(accepted())
  await clock.advance(0)
  expect(calls[1]?.url.href).toBe('https://a.test/jobs/7/events')
})

test('a cancel closes the request of the task as well', async () => {
  const { manager, call, arrive } = benchTasks({ stream: fromAnswer() })
  manager.startTask('one', { id: 'a' })
  await arrive()
  manager.cancelTask('a')
  expect(call('a').isAborted).toBe(true)
})

test('the server of another origin is not told to cancel with the headers of the task', async () => {
  async function cancelAway(options: TaskManagerOptions) {
    const away = accepted({ location: 'https://b.test/7' })
    const { manager, stream, calls, arrive } = await begin(away, {}, options)
    const headers = { 'content-type': 'text/event-stream', 'brooklet-cancel': '/7/cancel' }
    const answer = new Response(new ReadableStream(), { headers })
    stream().answer(Object.defineProperty(answer, 'url', { value: 'https://b.test/7' }))
    await arrive()
    manager.cancelTask('a')
    await arrive()
    return calls.map(({ method }) => method)
  }
  const headers = { authorization: 'Bearer of the task' }
  expect(await cancelAway({ headers })).toEqual(['POST', 'GET'])
  expect(await cancelAway({})).toEqual(['POST', 'GET', 'DELETE'])
})

test('headers of the task go to its own origin only, and those of the stream go anywhere', async () => {
  const headers = { authorization: 'Bearer of the task' }
  const same = await begin(accepted(), undefined, { headers })
  expect(same.stream().headers.get('authorization')).toBe('Bearer of the task')
  const away = accepted({ location: 'https://b.test/7' })
  const other = await begin(away, undefined, { headers })
  expect(other.stream().headers.has('authorization')).toBe(false)
  const redirected = accepted({ location: '/jobs/7/events' })
  Object.defineProperty(redirected, 'url', { value: 'https://b.test/jobs' })
  const followed = await begin(redirected, undefined, { headers })
  expect(followed.stream().url.href).toBe('https://b.test/jobs/7/events')
  expect(followed.stream().headers.has('authorization')).toBe(false)
  const own = await begin(accepted({ location: 'https://b.test/7' }), { headers }, {})
  expect(own.stream().headers.get('authorization')).toBe('Bearer of the task')
  const none = await begin(accepted(), { headers: undefined, fetch: undefined }, { headers })
  expect(none.calls).toHaveLength(2)
  expect(none.stream().headers.get('authorization')).toBe('Bearer of the task')
})

test('a retry starts the job once more', async () => {
  const { manager, call, send, starts, stream, arrive } = await begin(accepted())
  await send('error', { message: 'no' })
  manager.retryTask('a')
  await arrive()
  expect(starts()).toHaveLength(2)
  call('a').answer(accepted({ location: '/jobs/8/events' }))
  await arrive()
  expect(stream().url.pathname).toBe('/jobs/8/events')
  expect(await send('complete', { result: 8 })).toMatchObject({ status: 'done', attempt: 2 })
})
