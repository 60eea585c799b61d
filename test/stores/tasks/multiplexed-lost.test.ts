import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { hints } from '../../../src/hints.js'
import { benchMultiplexed } from './multiplexed-bench.js'

test('a lost stream is opened once for all, by the last event id, and no task is started again', async () => {
  const { start, stream, streams, starts, send, task, having, clock, arrive } = benchMultiplexed()
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
  expect(task('a')).toMatchObject({
    isReconnecting: true,
    error: { code: 'incomplete', url: '/all', hint: hints.taskEnded },
  })
  await clock.advance(1_000)
  expect(streams()).toHaveLength(3)
  expect(starts()).toHaveLength(3)
  expect(having('processing')).toEqual(['a', 'b', 'c'])
})

test('a cancel does not stop the stream of all tasks, although that says how', async () => {
  const { manager, start, stream, calls, clock, arrive } = benchMultiplexed()
  await start('a', 'b')
  stream().cut()
  await arrive()
  await clock.advance(1_000)
  const headers = { 'content-type': 'text/event-stream', 'brooklet-cancel': '/all' }
  stream().answer(new Response(new ReadableStream(), { headers }))
  await arrive()
  manager.cancelTask('a')
  await arrive()
  expect(calls.map(({ method }) => method)).not.toContain('DELETE')
})

test('a stream that cannot be had fails all its tasks, and a retry asks for it again', async () => {
  const { manager, stream, streams, starts, task, arrive } = benchMultiplexed()
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

test('all have failed with the stream by the time a handler hears of one, and cancels another', async () => {
  const { manager, stream, having, arrive } = benchMultiplexed({
    keepCanceled: true,
    onTaskError: () => manager.cancelTask('b'),
  })
  for (const id of ['a', 'b', 'c']) manager.startTask(id, { id })
  await arrive()
  stream().answer(new Response('who?', { status: 403 }))
  await arrive()
  expect([having('error'), having('canceled')]).toEqual([['a', 'b', 'c'], []])
})

test('tasks whose component was away go on by the last event id, and are not started again', async () => {
  const { manager, start, send, stream, streams, starts, having, arrive, clock } =
    benchMultiplexed()
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
  const { manager, starts, streams, call, arrive, clock, task } = benchMultiplexed()
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

test('property: however the stream is cut, each task ends as its own events say', async () => {
  const deed = fc.record({ task: fc.nat(4), cut: fc.nat(5).map((n) => n === 0) })
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 30 }), async (deeds) => {
      const { start, stream, task, clock, arrive, starts } = benchMultiplexed()
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

test('a task that comes while the stream waits to be opened again does not hurry it', async () => {
  const { manager, start, stream, streams, clock, arrive } = benchMultiplexed()
  await start('a')
  stream().cut()
  await arrive()
  manager.startTask('b')
  await clock.advance(100)
  expect(streams()).toHaveLength(1)
  await clock.advance(1_000)
  expect(streams()).toHaveLength(2)
})
