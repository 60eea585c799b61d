import { afterEach, expect, test, vi } from 'vitest'
import { benchTasks } from '../../support/servers/task-script.js'

afterEach(() => {
  vi.restoreAllMocks()
})

const many = Array.from({ length: 1_000 }, (_, index) => `t${index}`)

/** How often anything walks over a whole map from here on. */
function countWalks(): () => number {
  const walks = (['values', 'keys', 'entries', 'forEach', Symbol.iterator] as const).map((name) =>
    vi.spyOn(Map.prototype, name),
  )
  return () => walks.reduce((sum, { mock }) => sum + mock.calls.length, 0)
}

test('with 1,000 tasks a progress event walks over none, and a frame over all of them once for each use', async () => {
  const { manager, call, clock, arrive } = benchTasks({ concurrency: 1_000 })
  for (const id of many) manager.startTask(id, { id })
  await arrive()
  const heard: string[] = []
  for (const id of many) manager.task(id).subscribe(() => heard.push(id))
  const target = call('t500')
  target.send('progress', { percent: 0.5 })
  await arrive()
  heard.length = 0

  const walks = countWalks()
  for (let percent = 1; percent <= 50; percent += 1) {
    target.send('progress', { percent })
    await clock.advance(0)
  }
  expect(walks()).toBe(0)
  clock.nextFrame()
  expect(walks()).toBeLessThanOrEqual(3) // the copy, and the total
  expect(heard).toEqual(['t500'])
  expect(manager.task('t500').getSnapshot()?.progress).toBe(50)
})

test('with 1,000 tasks the 999 others keep their identity', async () => {
  const { manager, call, arrive } = benchTasks({ concurrency: 1_000 })
  for (const id of many) manager.startTask(id, { id })
  await arrive()
  const before = manager.getSnapshot().tasks
  call('t500').send('progress', { percent: 40 })
  await arrive()
  const after = manager.getSnapshot().tasks
  expect(many.filter((id) => before.get(id) !== after.get(id))).toEqual(['t500'])
})

test('however many tasks are queued, the signal ends them all', async () => {
  const controller = new AbortController()
  const { manager, having, calls, arrive } = benchTasks({ signal: controller.signal })
  for (let index = 0; index < 3_000; index += 1) manager.startTask('one', { id: `${index}` })
  await arrive()
  controller.abort()
  expect(having('canceled')).toHaveLength(3_000)
  expect(calls).toHaveLength(4)
})
