// What a tab knows of the tasks that another one runs.
import { expect, test } from 'vitest'
import { packTask, type TaskState } from '../../../../src/stores/tasks/storage/saved-tasks.js'
import { newTask } from '../../../../src/stores/tasks/task.js'
import { createTaskCopy } from '../../../../src/stores/tasks/storage/task-copy.js'
import type { TaskReport } from '../../../../src/stores/tasks/storage/task-messages.js'

function running(id: string, lastEventId: string, started?: unknown): TaskState {
  const task = { ...newTask(id, 'a tune', 0), status: 'processing' as const }
  return { task, run: { lastEventId, hasEvents: true, started } }
}

function report(states: readonly TaskState[], more: Partial<TaskReport> = {}): TaskReport {
  const ids = states.map(({ task }) => task.id)
  const tasks = states.map(packTask)
  return { type: 'report', term: 1, revision: 1, isPaused: false, ids, tasks, done: {}, ...more }
}

test('one stream for all tasks goes on where it was, whichever of them that was told of', () => {
  const copy = createTaskCopy('tab', [])
  copy.hear(report([running('a', '3', true), running('b', '3', true), running('own', '7')]))
  const ids = ['a', 'b', 'own']
  copy.hear(report([running('b', '9', true)], { revision: 2, after: 1, ids }))
  const late = { task: newTask('late', 'a tune', 0) }
  copy.hear(report([late], { revision: 3, after: 2, ids: [...ids, 'late'] }))
  expect(copy.saved.tasks.map(({ run }) => run?.lastEventId)).toEqual(['9', '9', '7', undefined])
})

test('a task that cannot be read, from a page of another version, is left out', () => {
  const copy = createTaskCopy('tab', [])
  const tasks = [{ ...packTask(running('a', '3')), status: 'asleep' }, packTask(running('b', '3'))]
  expect(copy.hear(report([], { ids: ['a', 'b'], tasks }))).toEqual([])
  expect(copy.saved.tasks.map(({ task }) => task.id)).toEqual(['b'])
})

test('what is missed, or another leader says, is asked for; what is old is not heard', () => {
  const copy = createTaskCopy('tab', [])
  expect(copy.hear(report([running('a', '3')], { revision: 5 }))).toEqual([])
  expect(copy.hear(report([running('a', '4')], { revision: 7, after: 6 }))).toBe('gap')
  expect(copy.hear(report([running('a', '2')], { revision: 4, after: 3 }))).toBeUndefined()
  expect(copy.hear(report([running('a', '1')], { term: 0, revision: 9 }))).toBe('gap')
  expect(copy.hear(report([running('a', '5')], { term: 2, revision: 6, after: 5 }))).toBe('gap')
  expect(copy.hear(report([running('a', '5')], { term: 2, revision: 2, after: 1 }))).toBe('gap')
  expect(copy.hear(report([running('a', '4')], { revision: 6, after: 5 }))).toEqual([])
  expect(copy.saved.tasks[0]?.run?.lastEventId).toBe('4')
  expect(copy.hear(report([running('a', '1')], { term: 2, revision: 1 }))).toEqual([])
})

test('what was saved may come before the word of what is done: that is heard all the same', () => {
  const copy = createTaskCopy('tab', [])
  copy.hear(report([], { revision: 1 }))
  copy.note({ name: 'pause' })
  copy.note({ name: 'resume' })
  copy.take({ term: 1, revision: 2, isPaused: true, tasks: [] })
  expect(copy.hear(report([], { revision: 2, after: 1, done: { tab: 1 } }))).toEqual([])
  expect(copy.pending).toMatchObject([{ name: 'resume' }])
  expect(copy.hear(report([], { revision: 2, after: 1, done: { tab: 1 } }))).toBeUndefined()
  copy.take({ term: 2, revision: 1, isPaused: true, tasks: [] })
  expect(copy.hear(report([], { revision: 3, after: 2, done: { tab: 2 } }))).toBe('gap')
  expect(copy.pending).toHaveLength(1)
})

test('what was saved may be newer than a report of all tasks that comes later', () => {
  const copy = createTaskCopy('tab', [])
  copy.hear(report([running('a', '1')]))
  const { task } = running('a', '')
  copy.take({
    term: 1,
    revision: 3,
    isPaused: false,
    tasks: [{ task: { ...task, status: 'done' } }],
  })
  expect(copy.hear(report([running('a', '2')], { revision: 2 }))).toBe('gap')
  expect(copy.saved.tasks[0]?.task.status).toBe('done')
})

test('of what was saved only what is newer is taken over', () => {
  const copy = createTaskCopy('tab', [running('own', '1')])
  const saved = { term: 2, revision: 4, isPaused: false, tasks: [running('a', '3')] }
  expect(copy.take(saved)).toEqual([])
  expect(copy.saved.tasks.map(({ task }) => task.id)).toEqual(['a', 'own'])
  expect(copy.take({ ...saved, tasks: [] })).toBeUndefined()
  expect(copy.take({ ...saved, term: 1, revision: 9, tasks: [] })).toBeUndefined()
  const ended = { task: { ...saved.tasks[0]!.task, status: 'done' as const } }
  expect(copy.take({ ...saved, revision: 5, tasks: [ended] })).toEqual([ended.task])
})

test('what was done here is pending until the other tab says that it is done', () => {
  const copy = createTaskCopy('tab', [])
  const { task } = running('a', '')
  copy.note({ name: 'cancel', task })
  copy.note({ name: 'pause' })
  copy.hear(report([], { done: { tab: 1, other: 9 } }))
  expect(copy.pending).toMatchObject([{ name: 'pause', number: 2 }])
  copy.begin()
  expect([copy.pending, copy.saved.term]).toEqual([[], 2])
  expect(copy.done).toEqual({ tab: 1, other: 9 })
})

test('how the tasks were when a tab ceased to lead counts until it hears more', () => {
  const copy = createTaskCopy('tab', [])
  const last = { term: 1, revision: 2, isPaused: false, tasks: [running('a', '3')] }
  copy.end(last)
  expect([copy.saved, copy.lastWord]).toEqual([last, last])
  copy.take(last)
  expect(copy.lastWord).toBe(last)
  copy.take({ ...last, term: 2 })
  expect(copy.lastWord).toBeUndefined()
})
