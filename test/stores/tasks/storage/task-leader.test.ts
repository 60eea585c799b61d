// What the tab that runs the tasks tells the others, and what it answers them.
import { expect, test } from 'vitest'
import type { Tabs } from '../../../../src/connection/tabs/tabs.js'
import type { SavedValue } from '../../../../src/stores/storage/saved-value.js'
import { buildTaskManager } from '../../../../src/stores/tasks/task-manager.js'
import { createTaskCopy } from '../../../../src/stores/tasks/storage/task-copy.js'
import { createTaskKeeper } from '../../../../src/stores/tasks/storage/task-keeper.js'
import { createTaskLeader } from '../../../../src/stores/tasks/storage/task-leader.js'
import type { TaskMessage } from '../../../../src/stores/tasks/storage/task-messages.js'
import { createTestClock, settle } from '../../../support/clock.js'

/** A tab that leads in the third term, and has two queued tasks. */
async function leading() {
  const clock = createTestClock()
  const manager = buildTaskManager({}, clock)
  const keeper = createTaskKeeper(manager, () => {})
  const copy = createTaskCopy('tab', [])
  copy.end({ term: 2, revision: 0, isPaused: false, tasks: [] })
  copy.begin()
  const posted: TaskMessage[] = []
  const leader = createTaskLeader(
    manager,
    keeper,
    copy,
    { save() {} } as Partial<SavedValue> as SavedValue,
    { post: (message) => posted.push(message) } as Partial<Tabs<TaskMessage>> as Tabs<TaskMessage>,
    clock,
  )
  manager.subscribe(leader.onPublication)
  manager.pauseQueue()
  for (const id of ['a', 'b']) manager.startTask('a tune', { id })
  await settle()
  const { term, revision } = leader.current()
  return {
    manager,
    leader,
    term,
    revision,
    /** What was posted since the last call. */
    posted: () => posted.splice(0),
    /** What is answered to a tab that knows this version. */
    answer(known: { term: number; revision: number }) {
      posted.length = 0
      leader.onMessage({ type: 'ask', ...known })
      return posted.map((message) => (message.type === 'report' ? message : undefined))
    },
  }
}

test('what is done at once is told together, by what is new', async () => {
  const { term, revision, posted, manager } = await leading()
  expect(posted()).toMatchObject([
    { revision: 0, ids: [], tasks: [] },
    { term, revision, after: 0, ids: ['a', 'b'], tasks: [{ id: 'a' }, { id: 'b' }] },
  ])
  manager.startTask('a tune', { id: 'c' })
  await settle()
  expect(posted()).toMatchObject([
    { revision: revision + 1, after: revision, ids: ['a', 'b', 'c'], tasks: [{ id: 'c' }] },
  ])
})

test('who asks is told all, unless that is known; another leader may have had the same revision', async () => {
  const { term, revision, answer } = await leading()
  const all = [{ term, revision, after: undefined, tasks: [{ id: 'a' }, { id: 'b' }] }]
  expect(answer({ term, revision })).toEqual([])
  expect(answer({ term, revision: revision - 1 })).toMatchObject(all)
  expect(answer({ term: term - 1, revision })).toMatchObject(all)
})

test('a queue that goes on is news, though no task changes', async () => {
  const { term, leader, manager, answer } = await leading()
  for (const id of ['a', 'b']) manager.removeTask(id)
  await settle()
  const { revision } = leader.current()
  manager.resumeQueue()
  await settle()
  expect(answer({ term, revision })).toMatchObject([{ isPaused: false, after: undefined }])
})
