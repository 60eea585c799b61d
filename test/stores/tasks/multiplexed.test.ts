import * as fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { jsonProgress } from '../../../src/protocols/json-progress.js'
import { multiplexed, type MultiplexedOptions } from '../../../src/stores/tasks/multiplexed.js'
import type { TaskManagerOptions } from '../../../src/stores/tasks/task-types.js'
import { benchTasks, type TaskCall } from '../../support/servers/task-script.js'

function begin(options: TaskManagerOptions = {}, more: Partial<MultiplexedOptions> = {}) {
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

test('the events of all tasks come over one stream, and each task gets its own', async () => {
  const { start, streams, starts, send, task } = begin()
  await start('a', 'b', 'c')
  expect([streams().length, starts().length]).toEqual([1, 3])
  expect(await send('b', { percent: 40 })).toMatchObject({ status: 'processing', progress: 40 })
  expect([task('a')?.progress, task('c')?.progress]).toEqual([0, 0])
  expect(await send('a', { result: 'A' }, 'complete')).toMatchObject({
    status: 'done',
    result: 'A',
  })
  expect(await send('c', { message: 'no' }, 'error')).toMatchObject({ status: 'error' })
  expect(task('b')).toMatchObject({ status: 'processing', progress: 40 })
})

test('no task is started before the stream is open, so that no event is missed', async () => {
  const { manager, streams, starts, stream, arrive } = begin()
  manager.startTask('one', { id: 'a' })
  await arrive()
  expect([streams().length, starts().length]).toEqual([1, 0])
  stream().accept()
  await arrive()
  expect(starts()).toMatchObject([{ method: 'GET' }])
  manager.startTask({ prompt: 'two' }, { id: 'b' })
  await arrive()
  expect(starts()).toMatchObject([{}, { method: 'POST', body: { prompt: 'two', taskId: 'b' } }])
  expect(streams()).toHaveLength(1)
})

test.each([
  ['202', () => new Response(null, { status: 202 })],
  ['204', () => new Response(null, { status: 204 })],
  ['JSON', () => Response.json({ accepted: true })],
  ['a page', () => new Response('<p>ok', { headers: { 'content-type': 'text/html' } })],
])('a start that is answered with %s has started the task', async (_, answer) => {
  const { manager, call, stream, send, task, arrive, clock, starts } = begin()
  manager.startTask('one', { id: 'a' })
  await arrive()
  stream().accept()
  await arrive()
  call('a').answer(answer())
  await clock.advance(60_000)
  expect(task('a')).toMatchObject({ status: 'processing', isReconnecting: false, error: undefined })
  expect(await send('a', { percent: 5 })).toMatchObject({ progress: 5 })
  expect(starts()).toHaveLength(1)
})

test('a start that is refused fails its task alone, and one that may be repeated is', async () => {
  const { manager, call, stream, task, arrive, clock, starts } = begin()
  for (const id of ['a', 'b', 'c']) manager.startTask(id, { id })
  await arrive()
  stream().accept()
  await arrive()
  call('a').answer(new Response('no such tune', { status: 400 }))
  call('b').answer(new Response('busy', { status: 503 }))
  call('c').answer(new Response())
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'http', status: 400 } })
  expect(task('b')).toMatchObject({ status: 'processing', isReconnecting: true })
  await clock.advance(1_000)
  expect(starts()).toHaveLength(4)
  call('b').answer(new Response())
  await arrive()
  expect(task('b')).toMatchObject({ isReconnecting: false, error: undefined })
  expect(task('c')).toMatchObject({ status: 'processing', isReconnecting: false })
})

test.each([
  ['before the stream is lost', true],
  ['after the stream is lost', false],
])('a start that is refused %s is repeated once the stream is open again', async (_, isBefore) => {
  const { manager, call, stream, streams, task, arrive, clock, starts } = begin(
    {},
    { retry: { minDelay: 3_000 } },
  )
  manager.startTask('one', { id: 'a' })
  await arrive()
  stream().accept()
  await arrive()
  const refuse = (): void => call('a').answer(new Response('busy', { status: 503 }))
  if (isBefore) refuse()
  await arrive()
  stream().cut()
  await arrive()
  if (!isBefore) refuse()
  await clock.advance(3_000)
  expect([streams().length, starts().length]).toEqual([2, 1])
  expect(task('a')).toMatchObject({ status: 'processing', isReconnecting: true })
  stream().accept()
  await arrive()
  expect(starts()).toHaveLength(2)
  call('a').answer(new Response())
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', isReconnecting: false })
})

test('an event says that a task has begun, whatever becomes of the answer to its start', async () => {
  const { manager, call, stream, send, task, arrive, clock, starts } = begin()
  manager.startTask({ prompt: 'one' }, { id: 'a' })
  await arrive()
  stream().accept()
  await arrive()
  await send('a', { percent: 10 })
  call('a').fail()
  await clock.advance(60_000)
  expect(task('a')).toMatchObject({ status: 'processing', progress: 10, error: undefined })
  expect(starts()).toHaveLength(1)
})

test('what comes before the answer to its start is kept, without ids too', async () => {
  const { manager, call, stream, task, arrive } = begin({ protocol: jsonProgress() })
  manager.startTask('one', { id: 'a' })
  await arrive()
  stream().accept()
  await arrive()
  stream().send('progress', { taskId: 'a', percent: 40, log: 'one' })
  await arrive()
  call('a').answer(new Response(null, { status: 202 }))
  await arrive()
  stream().send('progress', { taskId: 'a', percent: 20, log: 'two' })
  await arrive()
  expect(task('a')).toMatchObject({ progress: 40, logs: ['one', 'two'] })
})

test('an event of a task whose start was refused, and waits to be repeated, says that all is well', async () => {
  const { manager, call, stream, send, task, arrive, clock, starts } = begin()
  manager.startTask({ prompt: 'one' }, { id: 'a' })
  await arrive()
  stream().accept()
  await arrive()
  call('a').answer(new Response('the gateway gave up', { status: 504 }))
  await arrive()
  expect(task('a')).toMatchObject({ isReconnecting: true, error: { status: 504 } })
  const well = { progress: 10, isReconnecting: false, error: undefined }
  expect(await send('a', { percent: 10 })).toMatchObject(well)
  await clock.advance(60_000)
  expect(task('a')).toMatchObject(well)
  expect(starts()).toHaveLength(1)
})

test('a lost stream is opened once for all, by the last event id, and no task is started again', async () => {
  const { start, stream, streams, starts, send, task, having, clock, arrive } = begin()
  await start('a', 'b', 'c')
  await send('a', { percent: 10 })
  await send('b', { percent: 20 })
  stream().cut()
  await arrive()
  for (const id of ['a', 'b', 'c']) expect(task(id)).toMatchObject({ isReconnecting: true })
  await clock.advance(1_000)
  expect(streams()).toHaveLength(2)
  expect(stream().headers.get('last-event-id')).toBe('2')
  stream().accept()
  await arrive()
  for (const id of ['a', 'b', 'c']) {
    expect(task(id)).toMatchObject({ isReconnecting: false, error: undefined })
  }
  expect(await send('a', { percent: 5 })).toMatchObject({ progress: 10 })
  stream().end()
  await arrive()
  await clock.advance(1_000)
  expect(streams()).toHaveLength(3)
  expect(starts()).toHaveLength(3)
  expect(having('processing')).toEqual(['a', 'b', 'c'])
})

test('a stream that cannot be had fails all its tasks, and a retry asks for it again', async () => {
  const { manager, stream, streams, starts, task, arrive } = begin()
  for (const id of ['a', 'b']) manager.startTask(id, { id })
  await arrive()
  stream().answer(new Response('who?', { status: 403 }))
  await arrive()
  for (const id of ['a', 'b']) {
    expect(task(id)).toMatchObject({ status: 'error', error: { code: 'http', status: 403 } })
  }
  expect(starts()).toEqual([])
  manager.retryTask('a')
  await arrive()
  expect(streams()).toHaveLength(2)
  stream().accept()
  await arrive()
  expect(starts()).toHaveLength(1)
})

test('a task that a handler cancels as the stream fails was canceled', async () => {
  const { manager, stream, having, arrive } = begin({
    keepCanceled: true,
    onTaskError: () => manager.cancelTask('b'),
  })
  for (const id of ['a', 'b', 'c']) manager.startTask(id, { id })
  await arrive()
  stream().answer(new Response('who?', { status: 403 }))
  await arrive()
  expect([having('error'), having('canceled')]).toEqual([['a', 'c'], ['b']])
})

test('a canceled task hears no more, its server is told as the answer to its start said', async () => {
  const { manager, call, stream, calls, send, task, arrive } = begin({ keepCanceled: true })
  for (const id of ['a', 'b']) manager.startTask(id, { id })
  await arrive()
  stream().accept()
  await arrive()
  for (const id of ['a', 'b']) {
    call(id).answer(new Response('', { headers: { 'brooklet-cancel': `/stop?taskId=${id}` } }))
  }
  await arrive()
  await send('a', { percent: 10 })
  manager.cancelTask('a')
  await arrive()
  expect(calls.at(-1)).toMatchObject({ method: 'DELETE', url: { pathname: '/stop' } })
  expect(await send('a', { percent: 50 })).toMatchObject({ status: 'canceled', progress: 10 })
  manager.retryTask('a')
  expect(task('a')).toMatchObject({ status: 'processing', progress: 0, attempt: 2 })
  await arrive()
  expect(await send('a', { percent: 20 })).toMatchObject({ progress: 20 })
  manager.removeTask('b')
  expect(await send('b', { percent: 20 })).toBeUndefined()
})

test('the stream is open while tasks run, and one after the other needs only one', async () => {
  const { manager, start, send, stream, streams, call, arrive, clock } = begin({ concurrency: 1 })
  await start('a')
  manager.startTask('two', { id: 'b' })
  await send('a', { result: 1 }, 'complete')
  await clock.advance(0)
  expect([streams().length, stream().isAborted]).toEqual([1, false])
  call('b').answer(new Response())
  await send('b', { result: 2 }, 'complete')
  await clock.advance(0)
  expect(stream().isAborted).toBe(true)
  expect([clock.waiting, clock.watching]).toEqual([0, 0])
  manager.startTask('three', { id: 'c' })
  await arrive()
  expect(streams()).toHaveLength(2)
  expect(stream().headers.has('last-event-id')).toBe(false)
})

test('tasks whose component was away go on by the last event id, and are not started again', async () => {
  const { manager, start, send, stream, streams, starts, having, arrive, clock } = begin()
  const release = manager.retain(true)
  await start('a', 'b')
  await send('a', { percent: 10 })
  release()
  await clock.advance(0)
  await clock.advance(0)
  expect(stream().isAborted).toBe(true)
  await clock.advance(600_000)
  manager.retain(true)
  await arrive()
  expect(streams()).toHaveLength(2)
  expect(stream().headers.get('last-event-id')).toBe('1')
  stream().accept()
  await arrive()
  expect(await send('b', { percent: 30 })).toMatchObject({ progress: 30, isReconnecting: false })
  expect(having('processing')).toEqual(['a', 'b'])
  expect(starts()).toHaveLength(2)
})

test('one that has begun, and had no event yet, goes on as well', async () => {
  const { manager, starts, streams, call, arrive, clock, task } = begin()
  const leave = manager.retain(true)
  manager.startTask({ prompt: 'one' }, { id: 'a' })
  await arrive()
  streams()[0]!.accept()
  await arrive()
  call('a').answer(new Response(null, { status: 202 }))
  await arrive()
  leave()
  await clock.advance(0)
  manager.retain(true)
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', error: undefined })
  expect([streams().length, starts().length]).toEqual([2, 1])
})

test('the options of the tasks are those of the stream too, unless it has its own', async () => {
  const abort = new AbortController()
  const headers = { authorization: 'Bearer of tasks' }
  const { start, stream, task } = begin({ headers, signal: abort.signal, body: { n: 1 } })
  await start('a')
  expect(stream().method).toBe('GET')
  expect(stream().headers.get('authorization')).toBe('Bearer of tasks')
  abort.abort()
  expect(stream().isAborted).toBe(true)
  expect(task('a')?.status).toBe('canceled')
  const other = begin({ headers }, { headers: { authorization: 'Bearer of the stream' } })
  await other.start('a')
  expect(other.stream().headers.get('authorization')).toBe('Bearer of the stream')
})

test('whose event it is may be said, and what is of nobody is left out', async () => {
  const reported: unknown[] = []
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
  onTestFinished(() => void vi.unstubAllGlobals())
  const { start, stream, task, arrive } = begin(
    {},
    {
      taskId({ data }) {
        if (data === 'bad') throw new Error('cannot say')
        return /^(\w+):/.exec(data)?.[1]
      },
    },
  )
  await start('a', 'b')
  stream().send('complete', 'bad')
  stream().send('complete', 'nobody:x')
  stream().send('complete', 'x')
  stream().send('complete', 'b:tune')
  await arrive()
  expect(task('a')?.status).toBe('processing')
  expect(task('b')).toMatchObject({ status: 'done', result: 'b:tune' })
  expect(reported).toMatchObject([{ message: 'cannot say' }])
  const usual = begin()
  await usual.start('a')
  for (const data of ['null', '{', '3', '[]', '{"percent":9}'])
    usual.stream().send('progress', data)
  expect(await usual.send('a', { percent: 7 })).toMatchObject({ progress: 7, error: undefined })
})

test('property: however the stream is cut, each task ends as its own events say', async () => {
  const deed = fc.record({ task: fc.nat(4), cut: fc.nat(5).map((n) => n === 0) })
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 30 }), async (deeds) => {
      const { start, stream, task, clock, arrive, starts } = begin()
      const ids = ['t0', 't1', 't2', 't3', 't4']
      await start(...ids)
      const log: [taskId: string, percent: number][] = []
      const far = new Map(ids.map((id) => [id, 0]))
      function tell([taskId, percent]: [string, number], index: number): void {
        stream().send('progress', { taskId, percent }, `${index + 1}`)
      }
      for (const { task: which, cut } of deeds) {
        const id = ids[which]!
        far.set(id, far.get(id)! + 1)
        log.push([id, far.get(id)!])
        if (!cut) {
          tell(log.at(-1)!, log.length - 1)
          await arrive()
          continue
        }
        // This event is lost with the connection, and sent again to who asks for what is after.
        stream().cut()
        await arrive()
        await clock.advance(60_000)
        const seen = Number(stream().headers.get('last-event-id') ?? 0)
        log.forEach((entry, index) => index >= seen && tell(entry, index))
        await arrive()
      }
      expect(ids.map((id) => task(id)?.progress)).toEqual(ids.map((id) => far.get(id)))
      expect(starts()).toHaveLength(5)
    }),
    { numRuns: 50 },
  )
})
