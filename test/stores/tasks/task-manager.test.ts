import { expect, test } from 'vitest'
import { defaultEnvironment } from '../../../src/connection/environment.js'
import { createTaskManager } from '../../../src/stores/tasks/task-manager.js'
import { benchTasks } from '../../support/servers/task-script.js'

test('a task has every field from the moment it is started, and a result of null', () => {
  const { manager, task, clock } = benchTasks()
  manager.startTask('a slow waltz', { id: 'a' })
  expect(task('a')).toEqual({
    id: 'a',
    prompt: 'a slow waltz',
    input: 'a slow waltz',
    status: 'processing',
    progress: 0,
    indeterminate: false,
    loaded: undefined,
    total: undefined,
    stage: undefined,
    logs: [],
    result: null,
    error: undefined,
    isReconnecting: false,
    priority: 0,
    attempt: 1,
    createdAt: clock.now(),
  })
})

test('a task that is started with an object has it as input and an empty prompt', () => {
  const { manager, task } = benchTasks<string, { bpm: number }>()
  const input = { bpm: 90 }
  manager.startTask(input, { id: 'a' })
  expect(task('a')).toMatchObject({ prompt: '' })
  expect(task('a')?.input).toBe(input)
})

test('startTask returns the id at once and publishes at once', () => {
  const { manager } = benchTasks()
  const seen: number[] = []
  manager.subscribe(() => seen.push(manager.getSnapshot().tasks.size))
  expect(manager.startTask('one', { id: 'mine' })).toBe('mine')
  expect(seen).toEqual([1])
  expect(manager.getSnapshot().tasks.has('mine')).toBe(true)
})

test('tasks that are started without an id get one each', () => {
  const manager = createTaskManager(
    { concurrency: 0 },
    { ...defaultEnvironment, fetch: () => new Promise(() => {}) },
  )
  const ids = Array.from({ length: 100 }, (_, index) => manager.startTask(`tune ${index}`))
  expect(new Set(ids).size).toBe(100)
  expect(manager.getSnapshot().taskIds).toEqual(ids)
})

test('they do where time and chance stand still as well', () => {
  const { manager } = benchTasks()
  const ids = ['a jig', 'a reel', 'a hornpipe'].map((prompt) => manager.startTask(prompt))
  expect(manager.getSnapshot().taskIds).toEqual(ids)
  expect(new Set(ids).size).toBe(3)
})

test('tasks is a Map in the order in which they were started', async () => {
  const { manager, call, arrive } = benchTasks()
  for (const id of ['c', 'a', '10', '9', 'b']) manager.startTask(id, { id })
  await arrive()
  call('a').send('complete', {})
  await arrive()
  const { tasks, taskIds } = manager.getSnapshot()
  expect(tasks).toBeInstanceOf(Map)
  expect([...tasks.keys()]).toEqual(['c', 'a', '10', '9', 'b'])
  expect(taskIds).toEqual(['c', 'a', '10', '9', 'b'])
})

test('four tasks hold a slot by default and are processing at once, the others are queued', () => {
  const { manager, having, calls } = benchTasks()
  for (const id of 'abcdef') manager.startTask(id, { id })
  expect(having('processing')).toEqual(['a', 'b', 'c', 'd'])
  expect(having('queued')).toEqual(['e', 'f'])
  expect(calls).toHaveLength(0) // the request follows in a microtask
})

test.each([
  ['completes', 'complete', { result: 1 }],
  ['fails', 'error', { message: 'no' }],
])('the next task starts when one %s', async (_, event, data) => {
  const { manager, having, call, arrive, calls } = benchTasks({ concurrency: 1 })
  for (const id of 'abc') manager.startTask(id, { id })
  await arrive()
  expect(calls).toHaveLength(1)
  call('a').send(event, data)
  await arrive()
  expect(having('processing')).toEqual(['b'])
  expect(having('queued')).toEqual(['c'])
  expect(calls).toHaveLength(2)
})

test('concurrency is read anew whenever a slot is given away', async () => {
  const options = { concurrency: 1 }
  const { manager, having, call, arrive } = benchTasks(options)
  for (const id of 'abcd') manager.startTask(id, { id })
  options.concurrency = 3
  await arrive()
  call('a').send('complete', {})
  await arrive()
  expect(having('processing')).toEqual(['b', 'c', 'd'])
})

test('taskIds changes only when tasks come or go', async () => {
  const { manager, call, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  const { taskIds, tasks } = manager.getSnapshot()
  await arrive()
  call('a').send('progress', { percent: 40 })
  await arrive()
  call('a').send('complete', {})
  await arrive()
  expect(manager.getSnapshot().tasks).not.toBe(tasks)
  expect(manager.getSnapshot().taskIds).toBe(taskIds)
  manager.retryTask('a')
  expect(manager.getSnapshot().taskIds).toBe(taskIds)
  manager.removeTask('b')
  expect(manager.getSnapshot().taskIds).toEqual(['a'])
})

test('progress is that of all tasks together, and 0 without any', async () => {
  const { manager, call, arrive } = benchTasks()
  expect(manager.getSnapshot().progress).toBe(0)
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  await arrive()
  call('a').send('progress', { percent: 30 })
  call('b').send('complete', {})
  await arrive()
  expect(manager.getSnapshot().progress).toBe(65)
})

test('a settled task keeps its identity whatever the others do', async () => {
  const { manager, call, task, arrive } = benchTasks()
  for (const id of ['done', 'failed', 'busy']) manager.startTask(id, { id })
  await arrive()
  call('done').send('complete', { result: 1 })
  call('failed').send('error', { message: 'no' })
  await arrive()
  const [done, failed] = [task('done'), task('failed')]
  call('busy').send('progress', { percent: 10 })
  await arrive()
  manager.startTask('more', { id: 'more' })
  manager.removeTask('busy')
  expect(task('done')).toBe(done)
  expect(task('failed')).toBe(failed)
})

test('an event that changes nothing renders nothing', async () => {
  const { manager, call, arrive, clock } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 40 })
  await arrive()
  const before = manager.getSnapshot()
  call('a').send('heartbeat', {})
  call('a').send('progress', { percent: 40 })
  call('a').send('progress', { percent: 30 })
  await arrive()
  expect(manager.getSnapshot()).toBe(before)
  expect(clock.waiting).toBe(0)
})

test('many events of one frame are one notification, and the end of a task is told at once', async () => {
  const { manager, call, task, arrive, clock } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  let notifications = 0
  manager.subscribe(() => (notifications += 1))
  for (let percent = 0; percent < 50; percent += 1) call('a').send('progress', { percent })
  await arrive()
  expect(notifications).toBe(1)
  expect(task('a')?.progress).toBe(49)
  call('a').send('progress', { percent: 60 })
  call('a').send('complete', {})
  await clock.advance(0)
  expect(notifications).toBe(2)
  expect(task('a')).toMatchObject({ status: 'done', progress: 100 })
})

test('the published snapshot changes only when subscribers are told', async () => {
  const { manager, call, clock } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await clock.advance(0)
  call('a').send('progress', { percent: 40 })
  const before = manager.getSnapshot()
  await clock.advance(0)
  expect(manager.getSnapshot()).toBe(before)
  expect(manager.task('a').getSnapshot()?.progress).toBe(0)
  clock.nextFrame()
  expect(manager.task('a').getSnapshot()?.progress).toBe(40)
})

test('the same id again is the same task while it is under way, queued ones too', async () => {
  const { manager, task, calls, arrive } = benchTasks({ concurrency: 1 })
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  expect(manager.startTask('other', { id: 'a' })).toBe('a')
  expect(manager.startTask('other', { id: 'b' })).toBe('b')
  await arrive()
  expect(task('a')?.prompt).toBe('one')
  expect(task('b')?.prompt).toBe('two')
  expect(calls).toHaveLength(1)
})

test('the same id again replaces a task that has ended, and is the last one then', async () => {
  const { manager, task, call, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  await arrive()
  call('a').send('complete', { result: 1 })
  await arrive()
  manager.startTask('again', { id: 'a' })
  expect(task('a')).toMatchObject({ prompt: 'again', status: 'processing', result: null })
  expect(manager.getSnapshot().taskIds).toEqual(['b', 'a'])
})

test('one task is a store of its own, whose subscribers hear of no other task', async () => {
  const { manager, call, arrive } = benchTasks()
  const heard: string[] = []
  for (const id of ['a', 'b']) {
    manager.startTask(id, { id })
    manager.task(id).subscribe(() => heard.push(id))
  }
  await arrive()
  heard.length = 0
  for (const id of ['b', 'a']) {
    call(id).send('progress', { percent: 5 })
    await arrive()
  }
  expect(heard).toEqual(['b', 'a'])
  manager.removeTask('b')
  expect(heard).toEqual(['b', 'a', 'b'])
  expect(manager.task('b').getSnapshot()).toBeUndefined()
})

test('whoever subscribes with an old snapshot is told at once, and nobody else', () => {
  const { manager } = benchTasks()
  const store = manager.task('a')
  const seen = store.getSnapshot()
  manager.startTask('one', { id: 'a' })
  const heard: unknown[] = []
  store.subscribe(() => heard.push('no news'))
  store.subscribe(() => heard.push('no news'), store.getSnapshot())
  store.subscribe(() => heard.push(store.getSnapshot()?.id), seen)
  expect(heard).toEqual(['a'])
})

test('unsubscribing twice takes nobody else along', () => {
  const { manager } = benchTasks()
  const store = manager.task('a')
  let heard = 0
  const unsubscribe = store.subscribe(() => {})
  unsubscribe()
  store.subscribe(() => (heard += 1))
  unsubscribe()
  manager.startTask('one', { id: 'a' })
  expect(heard).toBe(1)
})
