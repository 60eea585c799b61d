import { describe, expect, test } from 'vitest'
import { rateOf } from '../../../src/stores/tasks/task-rate.js'
import { benchTasks } from '../../support/servers/task-script.js'

async function begin() {
  const bench = benchTasks({ retry: { replay: true } })
  bench.manager.startTask('one', { id: 'a' })
  await bench.arrive()
  const rate = rateOf(bench.manager, 'a', bench.clock)
  let heard = 0
  return {
    ...bench,
    rate,
    listen: () => rate.subscribe(() => (heard += 1)),
    heard: () => heard,
    /** A second later the task is this far. */
    async send(data: unknown, event = 'progress') {
      await bench.clock.advance(1_000)
      bench.call('a').send(event, data)
      await bench.arrive()
      return rate.getSnapshot()
    },
  }
}

const unknown = { perSecond: undefined, remaining: undefined }

test('the rate and the remaining time of a task, told to subscribers', async () => {
  const { rate, listen, heard, send, manager, clock } = await begin()
  manager.startTask('two', { id: 'b' }) // and is not done for as long
  expect(rate.getSnapshot()).toEqual(unknown)
  const { waiting } = clock
  listen()
  expect(clock.waiting).toBe(waiting) // nothing to stall
  for (const percent of [10, 20]) expect(await send({ percent })).toEqual(unknown)
  expect(heard()).toBe(0)
  expect(await send({ percent: 30 })).toEqual({ perSecond: expect.closeTo(10), remaining: 7_000 })
  expect(await send({ percent: 40 })).toEqual({ perSecond: expect.closeTo(10), remaining: 6_000 })
  expect(heard()).toBe(2)
})

test('a stall is noticed though nothing comes', async () => {
  const { rate, listen, heard, send, clock } = await begin()
  listen()
  for (const percent of [10, 20, 30]) await send({ percent })
  await clock.advance(4_999)
  expect(rate.getSnapshot().perSecond).toBeCloseTo(10)
  await clock.advance(1)
  expect(rate.getSnapshot()).toEqual(unknown)
  expect(heard()).toBe(2)
})

test.each([
  ['whose end nobody knows', { percent: null }, 'progress'],
  ['that is done', { result: 1 }, 'complete'],
  ['that has failed', { message: 'no' }, 'error'],
])('a task %s has none', async (_, data, event) => {
  const { listen, send } = await begin()
  listen()
  for (const percent of [10, 20]) await send({ percent })
  expect((await send({ percent: 30 })).perSecond).toBeCloseTo(10)
  expect(await send(data, event)).toEqual(unknown)
})

test('a task that begins anew is measured anew', async () => {
  const { rate, listen, send, call, clock, manager, arrive } = await begin()
  listen()
  for (const percent of [10, 20, 30]) await send({ percent })
  call('a').send('error', { message: 'no' })
  await arrive()
  manager.retryTask('a')
  await clock.advance(1_000)
  expect(rate.getSnapshot()).toEqual(unknown)
  for (const percent of [20, 40]) expect(await send({ percent })).toEqual(unknown)
  expect((await send({ percent: 60 })).perSecond).toBeCloseTo(20)
})

test('nothing is measured, and no timer waits, without subscribers', async () => {
  const { rate, listen, heard, send, clock, manager } = await begin()
  const leave = listen()
  const leaveAlso = listen()
  for (const percent of [10, 20, 30]) await send({ percent })
  leave()
  leave()
  expect(heard()).toBe(2)
  expect((await send({ percent: 60 })).perSecond).toBeGreaterThan(15)
  expect(heard()).toBe(3)
  leaveAlso()
  const last = rate.getSnapshot()
  expect(await send({ percent: 80 })).toBe(last)
  manager.removeTask('a')
  await clock.advance(0)
  expect(clock.waiting).toBe(0)
  listen()
  expect(rate.getSnapshot()).toEqual(unknown)
})

describe('all tasks together', () => {
  async function beginTwo() {
    const bench = benchTasks({ concurrency: 1 })
    for (const id of ['a', 'b']) bench.manager.startTask(id, { id })
    await bench.arrive()
    const rate = rateOf(bench.manager, undefined, bench.clock)
    rate.subscribe(() => {})
    return {
      ...bench,
      async send(id: string, percent: number) {
        await bench.clock.advance(1_000)
        bench.call(id).send('progress', { percent })
        await bench.arrive()
        return rate.getSnapshot()
      },
    }
  }

  test('have a rate, with those that wait, from one to the next', async () => {
    const { send, call, clock, arrive, manager } = await beginTwo()
    for (const percent of [20, 40]) expect(await send('a', percent)).toEqual(unknown)
    expect(await send('a', 60)).toEqual({ perSecond: expect.closeTo(10), remaining: 7_000 })
    await send('a', 80)
    await clock.advance(1_000)
    call('a').send('complete', {})
    await arrive()
    expect(await send('b', 20)).toEqual({ perSecond: expect.closeTo(10), remaining: 4_000 })
    manager.cancelTask('b')
    await arrive()
    expect(rateOf(manager, undefined, clock).getSnapshot()).toEqual(unknown)
  })

  test('have none while the queue is paused, and are measured anew when a task joins them', async () => {
    const { send, manager } = await beginTwo()
    for (const percent of [20, 40, 60]) await send('a', percent)
    manager.pauseQueue()
    expect(await send('a', 70)).toEqual(unknown)
    manager.resumeQueue()
    for (const percent of [75, 80]) await send('a', percent)
    expect((await send('a', 85)).perSecond).toBeCloseTo(2.5)
    manager.startTask('c', { id: 'c' })
    expect(await send('a', 90)).toEqual(unknown)
  })

  test('are measured anew when one of them goes, which is no progress of the others', async () => {
    const { send, manager } = await beginTwo()
    for (const percent of [20, 40, 60]) await send('a', percent)
    manager.cancelTask('b')
    expect(await send('a', 65)).toEqual(unknown)
    expect(await send('a', 70)).toEqual({ perSecond: expect.closeTo(5), remaining: 6_000 })
  })

  test('expect nothing more of one that has failed or was canceled', async () => {
    const weight = ({ id }: { id: string }) => (id === 'a' ? 2 : 1)
    const bench = benchTasks({ keepCanceled: true, weight })
    const { manager, call, clock, arrive } = bench
    for (const id of ['a', 'b', 'c']) manager.startTask(id, { id })
    await arrive()
    call('a').send('progress', { percent: 20 })
    call('a').send('error', { message: 'no' })
    manager.cancelTask('b')
    const rate = rateOf(manager, undefined, clock)
    rate.subscribe(() => {})
    for (const percent of [20, 40, 60]) {
      await clock.advance(1_000)
      call('c').send('progress', { percent })
      await arrive()
    }
    expect(manager.getSnapshot().progress).toBe(25)
    expect(rate.getSnapshot()).toEqual({ perSecond: expect.closeTo(5), remaining: 2_000 })
  })

  test('have none while no one of them says how far it is', async () => {
    const { send, call, arrive, manager, clock } = await beginTwo()
    const rate = rateOf(manager, undefined, clock)
    rate.subscribe(() => {})
    for (const percent of [20, 40, 60]) await send('a', percent)
    expect(rate.getSnapshot().perSecond).toBeCloseTo(10)
    call('a').send('progress', { percent: null })
    await arrive()
    expect(rate.getSnapshot()).toEqual(unknown)
  })
})
