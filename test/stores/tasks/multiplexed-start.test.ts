import { expect, test } from 'vitest'
import { jsonProgress } from '../../../src/protocols/json-progress.js'
import { benchMultiplexed } from './multiplexed-bench.js'

test('no task is started before the stream is open, so that no event is missed', async () => {
  const { manager, streams, starts, stream, arrive } = benchMultiplexed()
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
  const { manager, call, stream, send, task, arrive, clock, starts } = benchMultiplexed()
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
  const { manager, call, stream, task, arrive, clock, starts } = benchMultiplexed()
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
  const { manager, call, stream, streams, task, arrive, clock, starts } = benchMultiplexed(
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

test('a start that is under way when the stream is lost goes on, and is not sent again', async () => {
  const { manager, call, stream, send, arrive, clock, starts } = benchMultiplexed()
  manager.startTask({ prompt: 'one' }, { id: 'a' })
  await arrive()
  stream().accept()
  await arrive()
  stream().cut()
  await clock.advance(1_000)
  stream().accept()
  await arrive()
  call('a').answer(new Response(null, { status: 202 }))
  await arrive()
  expect(await send('a', { percent: 10 })).toMatchObject({ progress: 10, isReconnecting: false })
  expect(starts()).toHaveLength(1)
})

test('a cancel closes the request of a task that has not begun', async () => {
  const { manager, call, stream, arrive } = benchMultiplexed()
  manager.startTask('one', { id: 'a' })
  await arrive()
  stream().accept()
  await arrive()
  manager.cancelTask('a')
  expect(call('a').isAborted).toBe(true)
})

test('an event says that a task has begun, whatever becomes of the answer to its start', async () => {
  const { manager, call, stream, send, task, arrive, clock, starts } = benchMultiplexed()
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
  const { manager, call, stream, task, arrive } = benchMultiplexed({ protocol: jsonProgress() })
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
  const { manager, call, stream, send, task, arrive, clock, starts } = benchMultiplexed()
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
