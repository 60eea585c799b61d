import { expect, test } from 'vitest'
import type { Task, TaskManagerOptions } from '../../../src/stores/tasks/task-types.js'
import { benchTasks } from '../../support/servers/task-script.js'

test('cancelTask closes the connection and removes the task, and the others go on', async () => {
  const { manager, call, task, arrive } = benchTasks()
  for (const id of 'abc') manager.startTask(id, { id })
  await arrive()
  for (const id of 'abc') call(id).send('progress', { percent: 10 })
  await arrive()
  manager.cancelTask('b')
  expect([...manager.getSnapshot().tasks.keys()]).toEqual(['a', 'c'])
  expect('abc'.split('').map((id) => call(id).isAborted)).toEqual([false, true, false])
  call('a').send('complete', { result: 'A' })
  call('c').send('complete', { result: 'C' })
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: 'A' })
  expect(task('c')).toMatchObject({ status: 'done', result: 'C' })
})

test('cancelTask gives the slot to the next task', async () => {
  const { manager, having } = benchTasks({ concurrency: 1 })
  for (const id of 'abc') manager.startTask(id, { id })
  manager.cancelTask('a')
  expect(having('processing')).toEqual(['b'])
})

test('keepCanceled keeps the task in its place, as canceled, with its progress', async () => {
  const { manager, call, task, arrive } = benchTasks({ keepCanceled: true })
  for (const id of 'abc') manager.startTask(id, { id })
  await arrive()
  call('b').send('progress', { percent: 10 })
  await arrive()
  manager.cancelTask('b')
  expect([...manager.getSnapshot().tasks.keys()]).toEqual(['a', 'b', 'c'])
  expect(task('b')).toMatchObject({ status: 'canceled', progress: 10, error: undefined })
  expect(call('b').isAborted).toBe(true)
  const canceled = task('b')
  manager.cancelTask('b')
  expect(task('b')).toBe(canceled)
})

test('a task that has ended stays as it ended where it is canceled after that', async () => {
  const { manager, call, task, arrive } = benchTasks({ keepCanceled: true })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('complete', { result: 1 })
  await arrive()
  const done = task('a')
  manager.cancelTask('a')
  expect(task('a')).toBe(done)
})

test('a task that is canceled while it waits for another attempt makes none, and is not left half reconnecting', async () => {
  const { manager, call, calls, task, arrive, clock } = benchTasks({ keepCanceled: true })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').fail()
  await arrive()
  manager.cancelTask('a')
  expect(task('a')).toMatchObject({ status: 'canceled', isReconnecting: false, error: undefined })
  await clock.advance(60_000)
  expect(calls).toHaveLength(1)
})

test('cancelRequest tells the server which task was canceled', async () => {
  const told: Task[] = []
  const { manager, call, arrive } = benchTasks({ cancelRequest: (task) => told.push(task) })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 10 })
  await arrive()
  manager.cancelTask('a')
  expect(told).toMatchObject([{ id: 'a', prompt: 'one', progress: 10 }])
})

test('cancelRequest is not called for a task that the server knows nothing of, or is through with', async () => {
  const told: string[] = []
  const { manager, call, arrive } = benchTasks({
    concurrency: 1,
    cancelRequest: ({ id }) => told.push(id),
  })
  for (const id of 'abc') manager.startTask(id, { id })
  await arrive()
  manager.cancelTask('c')
  call('a').send('complete', {})
  await arrive()
  manager.cancelTask('a')
  manager.cancelTask('nobody')
  expect(told).toEqual([])
  manager.cancelTask('b')
  expect(told).toEqual(['b'])
})

test('retryTask starts a task that has ended once more, with the same input', async () => {
  const { manager, call, calls, task, arrive } = benchTasks<unknown, { bpm: number }>({
    keepCanceled: true,
  })
  const input = { bpm: 90 }
  manager.startTask('fails', { id: 'failed' })
  manager.startTask(input, { id: 'canceled' })
  await arrive()
  call('failed').send('error', { message: 'no' })
  await arrive()
  manager.cancelTask('canceled')
  const createdAt = task('failed')?.createdAt
  manager.retryTask('failed')
  manager.retryTask('canceled')
  await arrive()
  expect(calls).toHaveLength(4)
  expect(call('failed').url.href).toBe(calls[0]?.url.href)
  expect(call('canceled').body).toEqual({ bpm: 90, taskId: 'canceled' })
  expect(task('canceled')?.input).toBe(input)
  expect(task('failed')).toMatchObject({
    status: 'processing',
    attempt: 2,
    progress: 0,
    error: undefined,
    createdAt,
  })
  expect(manager.getSnapshot().taskIds).toEqual(['failed', 'canceled'])
})

test('retryTask leaves a task that is under way alone, and one that is not there', async () => {
  const { manager, calls, task, arrive } = benchTasks({ concurrency: 1 })
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  const [a, b] = [task('a'), task('b')]
  manager.retryTask('a')
  manager.retryTask('b')
  manager.retryTask('nobody')
  await arrive()
  expect(task('a')).toBe(a)
  expect(task('b')).toBe(b)
  expect(calls).toHaveLength(1)
})

test('a task that is retried while all slots are taken waits for one', async () => {
  const { manager, call, having, arrive } = benchTasks({ concurrency: 1 })
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  await arrive()
  call('a').send('error', { message: 'no' })
  await arrive()
  manager.retryTask('a')
  expect(having('queued')).toEqual(['a'])
  expect(having('processing')).toEqual(['b'])
})

test('removeTask closes the connection and does not tell the server', async () => {
  const told: string[] = []
  const { manager, call, having, arrive } = benchTasks({
    concurrency: 1,
    keepCanceled: true,
    cancelRequest: ({ id }) => told.push(id),
  })
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  await arrive()
  manager.removeTask('a')
  expect(call('a').isAborted).toBe(true)
  expect(manager.getSnapshot().taskIds).toEqual(['b'])
  expect(having('processing')).toEqual(['b'])
  expect(told).toEqual([])
})

test('clearFinished removes what is done, failed or canceled, and nothing else', async () => {
  const { manager, call, arrive } = benchTasks({ concurrency: 3, keepCanceled: true })
  for (const id of ['done', 'failed', 'canceled', 'processing', 'queued', 'queued2', 'queued3'])
    manager.startTask(id, { id })
  await arrive()
  call('done').send('complete', {})
  call('failed').send('error', {})
  await arrive()
  manager.cancelTask('canceled')
  manager.clearFinished()
  expect(manager.getSnapshot().taskIds).toEqual(['processing', 'queued', 'queued2', 'queued3'])
})

test('an action that changes nothing publishes nothing', async () => {
  const { manager, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  const before = manager.getSnapshot()
  manager.clearFinished()
  manager.removeTask('nobody')
  manager.cancelTask('nobody')
  manager.retryTask('a')
  manager.startTask('one', { id: 'a' })
  manager.resumeQueue()
  expect(manager.getSnapshot()).toBe(before)
})

test("the user's signal ends every task as canceled, and no other starts", async () => {
  const controller = new AbortController()
  const { manager, call, having, calls, arrive, clock } = benchTasks({
    concurrency: 2,
    signal: controller.signal,
  })
  for (const id of 'abcd') manager.startTask(id, { id })
  await arrive()
  controller.abort()
  await arrive()
  expect(having('canceled')).toEqual(['a', 'b', 'c', 'd'])
  expect(call('a').isAborted).toBe(true)
  expect(calls).toHaveLength(2)
  expect(clock.waiting).toBe(0)
})

test('the signal that a task was sent with ends it, also if the page has given another one since', async () => {
  const controller = new AbortController()
  const options: TaskManagerOptions = { signal: controller.signal }
  const { manager, task, arrive } = benchTasks(options)
  manager.startTask('one', { id: 'a' })
  await arrive()
  options.signal = new AbortController().signal
  controller.abort()
  expect(task('a')).toMatchObject({ status: 'canceled', error: undefined })
})

test('the actions are functions of their own: they can be passed around', () => {
  const { manager } = benchTasks()
  const { startTask, cancelTask } = manager
  const id = startTask('one')
  cancelTask(id)
  expect(manager.getSnapshot().taskIds).toEqual([])
})
