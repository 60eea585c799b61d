import { expect, onTestFinished, test, vi } from 'vitest'
import { settle } from '../../support/clock.js'
import { benchMultiplexed } from './multiplexed-bench.js'

test('the events of all tasks come over one stream, and each task gets its own', async () => {
  const { start, streams, starts, send, task } = benchMultiplexed()
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

test('those that end in one chunk are published once, in the same turn, and told of one by one', async () => {
  const told: string[] = []
  const { manager, start, stream, having } = benchMultiplexed({
    onTaskDone: ({ id }) => told.push(`${id} of ${having('done').join()}`),
    onTaskError: ({ id }) => told.push(`${id} of ${having('error').join()}`),
  })
  await start('a', 'b', 'c')
  const publications = vi.fn<() => void>()
  manager.subscribe(publications)
  const end = (event: string, taskId: string) =>
    `event: ${event}\ndata: ${JSON.stringify({ taskId, result: 1 })}\n\n`
  stream().raw(end('complete', 'a') + end('error', 'b') + end('complete', 'c'))
  await settle()
  expect(publications).toHaveBeenCalledOnce()
  expect(told).toEqual(['a of a,c', 'b of b', 'c of a,c'])
})

test('a canceled task hears no more, its server is told as the answer to its start said', async () => {
  const { manager, call, stream, calls, send, task, arrive } = benchMultiplexed({
    keepCanceled: true,
  })
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
  const { manager, start, send, stream, streams, call, arrive, clock } = benchMultiplexed({
    concurrency: 1,
  })
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

test('the options of the tasks are those of the stream too, unless it has its own', async () => {
  const abort = new AbortController()
  const headers = { authorization: 'Bearer of tasks' }
  const { start, stream, task } = benchMultiplexed({
    headers,
    signal: abort.signal,
    body: { n: 1 },
  })
  await start('a')
  expect(stream().method).toBe('GET')
  expect(stream().headers.get('authorization')).toBe('Bearer of tasks')
  abort.abort()
  expect(stream().isAborted).toBe(true)
  expect(task('a')?.status).toBe('canceled')
  const other = benchMultiplexed(
    { headers },
    { headers: { authorization: 'Bearer of the stream' } },
  )
  await other.start('a')
  expect(other.stream().headers.get('authorization')).toBe('Bearer of the stream')
  const none = benchMultiplexed({ headers }, { headers: undefined, fetch: undefined })
  await none.start('a')
  expect(none.stream().headers.get('authorization')).toBe('Bearer of tasks')
})

test('whose event it is may be said, and what is of nobody is left out', async () => {
  const reported: unknown[] = []
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
  onTestFinished(() => void vi.unstubAllGlobals())
  const { start, stream, task, arrive } = benchMultiplexed(
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
  const usual = benchMultiplexed()
  await usual.start('a')
  for (const data of ['null', '{', '3', '[]', '{"percent":9}'])
    usual.stream().send('progress', data)
  expect(await usual.send('a', { percent: 7 })).toMatchObject({ progress: 7, error: undefined })
})
