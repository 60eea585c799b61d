import { expect, test } from 'vitest'
import type { Task } from '../../../src/stores/tasks/task-types.js'
import { eachByte } from '../../support/cuts.js'
import { benchTasks } from '../../support/servers/task-script.js'

const records = [
  'id: 1\nevent: progress\ndata: {"percent":10}\n\n',
  'id: 2\nevent: progress\ndata: {"percent":55}\n\n',
  'id: 3\nevent: complete\ndata: {"result":{"url":"/慢.wav"}}\n\n',
]
const whole = Buffer.from(records.join(''))

/** Sends a task's stream up to `offset`, loses it, and sends what follows the last id asked for. */
async function cutAt(offset: number, how: 'cut' | 'end'): Promise<Task | undefined> {
  const { manager, call, calls, task, clock, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  if (offset > 0) call('a').raw(whole.subarray(0, offset))
  await arrive()
  if (task('a')?.status === 'processing') call('a')[how]()
  await clock.advance(1_000)
  if (calls.length > 1) {
    const lastId = Number(call('a').headers.get('last-event-id') ?? 0)
    call('a').raw(records.slice(lastId).join(''))
    await arrive()
  }
  expect(clock.waiting).toBe(0)
  return task('a')
}

test.each(['cut', 'end'] as const)(
  'whichever byte the stream is lost at (%s), the task completes with its result',
  async (how) => {
    for (let offset = 0; offset < whole.length; offset += 1) {
      expect(await cutAt(offset, how), `lost at ${offset}`).toMatchObject({
        status: 'done',
        progress: 100,
        result: { url: '/慢.wav' },
        error: undefined,
        isReconnecting: false,
      })
    }
  },
)

test('whatever the bytes are cut into, the task is the same', async () => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  for (const byte of eachByte(whole)) call('a').raw(byte)
  for (let round = 0; round < whole.length && task('a')?.status !== 'done'; round += 1)
    await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: { url: '/慢.wav' } })
})
