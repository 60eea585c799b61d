// Which task starts when.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { benchTasks } from '../../support/servers/task-script.js'

describe('priority', () => {
  test('of queued tasks the one with the highest starts first, and of equals the older one', async () => {
    const { manager, task, call, arrive } = benchTasks({ concurrency: 1 })
    manager.startTask('running', { id: 'running' })
    manager.startTask('usual', { id: 'usual' })
    manager.startTask('usual, later', { id: 'later' })
    manager.startTask('urgent', { id: 'urgent', priority: 10 })
    manager.startTask('whenever', { id: 'whenever', priority: -1 })
    const started: string[] = []
    for (const id of ['running', 'urgent', 'usual', 'later', 'whenever']) {
      await arrive()
      for (const { id, status } of manager.getSnapshot().tasks.values()) {
        if (status === 'processing') started.push(id)
      }
      call(id).send('complete', { result: id })
    }
    await arrive()
    expect(started).toEqual(['running', 'urgent', 'usual', 'later', 'whenever'])
    expect(task('whenever')?.status).toBe('done')
  })

  test('one that is no number is as none, and the others keep their order', async () => {
    const { manager, having, call, arrive } = benchTasks({ concurrency: 1 })
    manager.startTask('running', { id: 'running' })
    manager.startTask('urgent', { id: 'urgent', priority: 5 })
    manager.startTask('odd', { id: 'odd', priority: NaN })
    manager.startTask('usual', { id: 'usual' })
    for (const id of ['running', 'urgent', 'odd', 'usual']) {
      await arrive()
      expect(having('processing')).toEqual([id])
      call(id).send('complete', { result: id })
    }
  })

  test('a task that is running is not pushed aside, and a retry keeps its priority', async () => {
    const { manager, task, call, arrive } = benchTasks({ concurrency: 1 })
    manager.startTask('first', { id: 'a', priority: 3 })
    manager.startTask('more urgent', { id: 'b', priority: 9 })
    expect(task('a')?.status).toBe('processing')
    await arrive()
    call('a').send('error', { message: 'no' })
    await arrive()
    manager.retryTask('a')
    expect(task('a')).toMatchObject({ priority: 3, attempt: 2, status: 'queued' })
  })
})

describe('the paused queue', () => {
  test('starts nothing, lets run what runs, and goes on in order', async () => {
    const { manager, task, call, arrive } = benchTasks({ concurrency: 1 })
    manager.startTask('one', { id: 'a' })
    manager.startTask('two', { id: 'b' })
    const { tasks } = manager.getSnapshot()
    manager.pauseQueue()
    expect(manager.getSnapshot().isPaused).toBe(true)
    expect(manager.getSnapshot().tasks).toBe(tasks)
    await arrive()
    call('a').send('complete', { result: 1 })
    await arrive()
    expect([task('a')?.status, task('b')?.status]).toEqual(['done', 'queued'])
    manager.resumeQueue()
    expect(manager.getSnapshot().isPaused).toBe(false)
    expect(task('b')?.status).toBe('processing')
  })
})

test('the total progress weighs the tasks', async () => {
  const { manager, call, arrive } = benchTasks({ weight: ({ prompt }) => Number(prompt) })
  manager.startTask('3', { id: 'a' })
  manager.startTask('1', { id: 'b' })
  await arrive()
  call('a').send('progress', { percent: 100 })
  call('b').send('progress', { percent: 0 })
  await arrive()
  expect(manager.getSnapshot().progress).toBe(75)
  expect(benchTasks({ weight: () => 0 }).manager.getSnapshot().progress).toBe(0)
})

test('the total progress of the same tasks never goes back, whatever their servers say', async () => {
  const event = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    name: fc.constantFrom('progress', 'progress', 'progress', 'complete', 'error'),
    percent: fc.integer({ min: -50, max: 150 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (events) => {
      const { manager, call, arrive } = benchTasks({ weight: ({ id }) => (id === 'a' ? 5 : 1) })
      for (const id of ['a', 'b', 'c']) manager.startTask(id, { id })
      await arrive()
      const totals: number[] = []
      for (const { id, name, percent } of events) {
        call(id).send(name, { percent })
        await arrive()
        totals.push(manager.getSnapshot().progress)
      }
      expect(totals).toEqual(totals.toSorted((one, other) => one - other))
    }),
  )
})
