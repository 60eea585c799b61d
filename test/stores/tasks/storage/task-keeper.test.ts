// Orders that a tab shows as done: what they change, and what is told of as a new action meanwhile.
import { expect, test, vi } from 'vitest'
import { newTask } from '../../../../src/stores/tasks/task.js'
import { buildTaskManager } from '../../../../src/stores/tasks/task-manager.js'
import type { Task } from '../../../../src/stores/tasks/task-types.js'
import {
  createTaskKeeper,
  type TaskAction,
} from '../../../../src/stores/tasks/storage/task-keeper.js'

const task = newTask('a', 'a tune', 1)
const done: Task = { ...task, status: 'done' }

/** The tasks of a manager that only shows them, and the actions that it hands on. */
function shownTasks() {
  const manager = buildTaskManager({})
  const onAction = vi.fn<(action: TaskAction) => void>()
  const keeper = createTaskKeeper(manager, onAction)
  keeper.rest()
  return {
    manager,
    keeper,
    onAction,
    /** Shows one task, with the action done. */
    show(one: Task, action: TaskAction): Task | undefined {
      keeper.show({ tasks: [{ task: one }], isPaused: false }, [action])
      return manager.getSnapshot().tasks.get('a')
    },
  }
}

test.each<[what: string, shown: Task, action: TaskAction, then: Task | undefined]>([
  ['a start of a task that is there', done, { name: 'start', task }, done],
  ['a new start of one that runs', task, { name: 'start', task: { ...task, createdAt: 2 } }, task],
  [
    'an action on a task that has been started anew since',
    { ...task, createdAt: 2 },
    { name: 'remove', task },
    { ...task, createdAt: 2 },
  ],
  [
    'one on an earlier attempt',
    { ...task, attempt: 2 },
    { name: 'remove', task },
    { ...task, attempt: 2 },
  ],
])('%s does nothing, and the next action is handed on', (_, shown, action, then) => {
  const { manager, onAction, show } = shownTasks()
  expect(show(shown, action)).toEqual(then)
  manager.pauseQueue()
  expect(onAction.mock.calls).toEqual([[{ name: 'pause' }]])
})

test('what is done is not handed on again, but what a subscriber does meanwhile is', () => {
  const { manager, onAction, show } = shownTasks()
  show(done, { name: 'resume' })
  const unsubscribe = manager.subscribe(() => {
    unsubscribe()
    manager.startTask('another', { id: 'b' })
  })
  expect(show(done, { name: 'remove', task: done })).toBeUndefined()
  expect(onAction.mock.calls).toMatchObject([[{ name: 'start', task: { id: 'b' } }]])
})

test('a new start of a task that has ended begins it anew', () => {
  const { show } = shownTasks()
  const anew = { ...task, createdAt: 2 }
  expect(show(done, { name: 'start', task: anew })).toEqual(anew)
})

test('the queue is paused and resumed by orders', () => {
  const { manager, keeper, onAction, show } = shownTasks()
  const isPaused = (): boolean => manager.getSnapshot().isPaused
  show(task, { name: 'pause' })
  expect(isPaused()).toBe(true)
  show(task, { name: 'resume' })
  expect(isPaused()).toBe(false)
  expect(onAction).not.toHaveBeenCalled()
  keeper.apply({ name: 'pause' })
  expect(isPaused()).toBe(true)
  keeper.apply({ name: 'resume' })
  expect(isPaused()).toBe(false)
})
