import { expect, test } from 'vitest'
import type { Task } from '../../../src/stores/tasks/task-types.js'
import { benchTasks } from '../../support/servers/task-script.js'

test('onTaskDone and onTaskError hear of a task once it is published as ended', async () => {
  const heard: unknown[] = []
  const { manager, call, arrive } = benchTasks({
    onTaskDone: (task) => heard.push(['done', task.result, published(task)]),
    onTaskError: (task) => heard.push(['error', task.error?.message, published(task)]),
  })
  function published(task: Task): boolean {
    return manager.getSnapshot().tasks.get(task.id) === task
  }
  for (const id of 'abc') manager.startTask(id, { id })
  await arrive()
  call('a').send('complete', { result: 7 })
  call('b').send('error', { message: 'no' })
  await arrive()
  manager.cancelTask('c')
  expect(heard).toEqual([
    ['done', 7, true],
    ['error', 'no', true],
  ])
})

test('onTaskError hears of the failure also where a subscriber retries it at once', async () => {
  const heard: unknown[] = []
  const { manager, call, task, arrive } = benchTasks({
    onTaskError: ({ attempt, error }) => heard.push([attempt, error?.message]),
  })
  manager.subscribe(() => {
    if (task('a')?.status === 'error') manager.retryTask('a')
  })
  manager.startTask('a', { id: 'a' })
  await arrive()
  call('a').send('error', { message: 'no' })
  await arrive()
  expect(heard).toEqual([[1, 'no']])
  expect(task('a')).toMatchObject({ status: 'processing', attempt: 2 })
})

test('a handler may start, cancel and clear tasks', async () => {
  const { manager, call, having, arrive } = benchTasks({
    concurrency: 1,
    onTaskDone() {
      manager.clearFinished()
      manager.startTask('last', { id: 'c' })
    },
    onEvent({ type }, { id }) {
      if (type === 'cancel me') manager.cancelTask(id)
    },
  })
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  await arrive()
  call('a').send('complete', {})
  await arrive()
  expect(having('processing')).toEqual(['b'])
  expect(having('queued')).toEqual(['c'])
  call('b').raw('event: cancel me\ndata: x\n\nevent: complete\ndata: 1\n\n')
  await arrive()
  expect(manager.getSnapshot().taskIds).toEqual(['c'])
  expect(having('processing')).toEqual(['c'])
})

test('the event at which a handler cancels its task changes nothing more', async () => {
  const { manager, call, task, arrive } = benchTasks({
    keepCanceled: true,
    onEvent: (_, { id }) => manager.cancelTask(id),
  })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 40 })
  await arrive()
  expect(task('a')).toMatchObject({ status: 'canceled', progress: 0 })
})

test('onEvent sees each event raw, before it is read', async () => {
  const seen: unknown[] = []
  const { manager, call, arrive } = benchTasks({
    onEvent: (event, task) => seen.push([event, task.progress]),
  })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', '{"percent": 40}', '1')
  call('a').send('note', 'hello')
  await arrive()
  expect(seen).toEqual([
    [{ type: 'progress', data: '{"percent": 40}', lastEventId: '1' }, 0],
    [{ type: 'note', data: 'hello', lastEventId: '1' }, 40],
  ])
})
