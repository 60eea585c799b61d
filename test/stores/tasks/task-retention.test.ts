import { expect, test } from 'vitest'
import { buildTaskManager } from '../../../src/stores/tasks/task-manager.js'
import type { TaskManagerOptions } from '../../../src/stores/tasks/task-types.js'
import { createTestClock } from '../../support/clock.js'
import { benchTasks, scriptTasks, taskIdOf } from '../../support/servers/task-script.js'

/** A manager as a component makes it, with the component mounted. */
async function mounted(options: TaskManagerOptions = {}) {
  const { calls, fetch } = scriptTasks()
  const clock = createTestClock()
  const manager = buildTaskManager({ fetch, ...options }, clock)
  const leave = manager.retain(true)
  for (const id of ['fresh', 'resumable', 'lost']) manager.startTask(id, { id })
  await clock.advance(0)
  const call = (id: string) => calls.findLast((candidate) => taskIdOf(candidate) === id)
  call('resumable')?.send('progress', { percent: 40 }, '7')
  call('lost')?.send('progress', { percent: 40 })
  await clock.advance(0)
  clock.nextFrame()
  const task = (id: string) => manager.getSnapshot().tasks.get(id)
  return { manager, calls, clock, leave, call, task }
}

test('when the component that made it leaves, every connection is closed', async () => {
  const { calls, leave, clock } = await mounted()
  leave()
  expect(calls.map(({ isAborted }) => isAborted)).toEqual([false, false, false])
  await clock.advance(0)
  expect(calls.map(({ isAborted }) => isAborted)).toEqual([true, true, true])
  expect(clock.waiting).toBe(0)
})

test('a page that is left lets its tasks go on', async () => {
  const { calls, clock } = await mounted()
  clock.page('pagehide')
  expect(calls.map(({ isAborted }) => isAborted)).toEqual([false, false, false])
})

test('a component that comes back before the next macrotask finds everything as it was', async () => {
  const { manager, calls, leave, clock, task } = await mounted()
  leave()
  manager.retain(true)
  await clock.advance(0)
  expect(calls.map(({ isAborted }) => isAborted)).toEqual([false, false, false])
  expect(calls).toHaveLength(3)
  expect(task('lost')?.status).toBe('processing')
})

test('shown again, it goes on by id or from the start, and says which task was lost', async () => {
  const { manager, calls, leave, clock, call, task } = await mounted()
  leave()
  await clock.advance(5_000)
  manager.retain(true)
  await clock.advance(0)
  expect(calls).toHaveLength(5)
  expect(call('resumable')?.headers.get('last-event-id')).toBe('7')
  expect(call('fresh')?.headers.has('last-event-id')).toBe(false)
  expect(task('resumable')).toMatchObject({ status: 'processing', progress: 40 })
  expect(task('lost')).toMatchObject({ status: 'error', error: { code: 'incomplete' } })
  call('resumable')?.send('complete', { result: 1 })
  await clock.advance(0)
  expect(task('resumable')).toMatchObject({ status: 'done', result: 1 })
})

test('shown again, it starts no task over that has had events, not even where retry is false', async () => {
  const { manager, calls, leave, clock, task } = await mounted({ retry: false })
  leave()
  await clock.advance(0)
  manager.retain(true)
  await clock.advance(0)
  expect(task('lost')?.status).toBe('error')
  expect(calls.map(taskIdOf)).toEqual(['fresh', 'resumable', 'lost', 'fresh', 'resumable'])
})

test('shown again, a POST that had been sent is not sent again', async () => {
  const { fetch, calls } = scriptTasks()
  const clock = createTestClock()
  const manager = buildTaskManager({ fetch }, clock)
  const leave = manager.retain(true)
  manager.startTask({ bpm: 90 }, { id: 'a' })
  await clock.advance(0)
  leave()
  await clock.advance(0)
  manager.retain(true)
  await clock.advance(0)
  expect(calls).toHaveLength(1)
  expect(manager.getSnapshot().tasks.get('a')).toMatchObject({ status: 'error' })
})

test('while its component is away a task is queued, and starts when it is back', async () => {
  const { manager, calls, leave, clock, task } = await mounted()
  leave()
  await clock.advance(0)
  manager.startTask('late', { id: 'late' })
  await clock.advance(60_000)
  expect(calls).toHaveLength(3)
  expect(task('late')?.status).toBe('queued')
  manager.retain(true)
  expect(task('late')?.status).toBe('processing')
})

test('a task that is canceled while its component is away is told to the server and does not come back', async () => {
  const told: string[] = []
  const { manager, calls, leave, clock } = await mounted({
    cancelRequest: ({ id }) => told.push(id),
  })
  leave()
  await clock.advance(0)
  manager.cancelTask('resumable')
  manager.removeTask('fresh')
  manager.retain(true)
  await clock.advance(0)
  expect(calls).toHaveLength(3)
  expect(told).toEqual(['resumable'])
})

test('the slots are counted right through leaving and coming back', async () => {
  const { manager, leave, clock, call, task } = await mounted({ concurrency: 3 })
  manager.startTask('next', { id: 'next' })
  leave()
  await clock.advance(0)
  manager.retain(true)
  await clock.advance(0)
  const statuses = ['fresh', 'resumable', 'lost', 'next'].map((id) => task(id)?.status)
  expect(statuses).toEqual(['processing', 'processing', 'error', 'processing'])
  manager.startTask('another', { id: 'another' })
  expect(task('another')?.status).toBe('queued')
  call('fresh')?.send('complete', {})
  await clock.advance(0)
  expect(task('another')?.status).toBe('processing')
})

test('a task that starts in the place of one that was lost meanwhile is not taken for lost itself', async () => {
  const { fetch, calls } = scriptTasks()
  const clock = createTestClock()
  const manager = buildTaskManager({ fetch, concurrency: 1 }, clock)
  const leave = manager.retain(true)
  manager.startTask({ bpm: 90 }, { id: 'lost' })
  manager.startTask({ bpm: 120 }, { id: 'next' })
  await clock.advance(0)
  leave()
  await clock.advance(0)
  manager.retain(true)
  await clock.advance(0)
  const statuses = [...manager.getSnapshot().tasks.values()].map(({ status }) => status)
  expect(statuses).toEqual(['error', 'processing'])
  expect(calls.map(taskIdOf)).toEqual(['lost', 'next'])
})

test('a manager of its own life goes on whoever comes and leaves', async () => {
  const { manager, call, task, clock, arrive } = benchTasks()
  manager.startTask('before', { id: 'before' })
  const leave = manager.retain()
  manager.startTask('during', { id: 'during' })
  await arrive()
  leave()
  await clock.advance(0)
  manager.startTask('after', { id: 'after' })
  await arrive()
  for (const id of ['before', 'during', 'after']) {
    expect(call(id).isAborted).toBe(false)
    call(id).send('complete', { result: id })
  }
  await arrive()
  expect(['before', 'during', 'after'].map((id) => task(id)?.result)).toEqual([
    'before',
    'during',
    'after',
  ])
})

test('a component that shares the manager of another one neither holds it open nor closes it', async () => {
  const { manager, calls, leave, clock } = await mounted()
  const leaveToo = manager.retain()
  leaveToo()
  await clock.advance(0)
  expect(calls.some(({ isAborted }) => isAborted)).toBe(false)
  manager.retain()
  leave()
  await clock.advance(0)
  expect(calls.every(({ isAborted }) => isAborted)).toBe(true)
})

test('a higher concurrency in the newest options starts the tasks that waited', async () => {
  const { manager, clock, task } = await mounted({ concurrency: 3 })
  manager.startTask('next', { id: 'next' })
  expect(task('next')?.status).toBe('queued')
  const { fetch } = scriptTasks()
  manager.configure({ fetch, concurrency: 4 })
  await clock.advance(0)
  expect(task('next')?.status).toBe('processing')
  const { waiting } = clock
  manager.configure({ fetch, concurrency: 4, headers: {} })
  expect(clock.waiting).toBe(waiting) // other options are for what is asked next
})
