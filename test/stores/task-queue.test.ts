// Which task starts when.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { benchTasks } from '../support/servers/task-script.js'

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
    manager.pauseQueue()
    expect(manager.getSnapshot().isPaused).toBe(true)
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

type Step =
  | { do: 'start'; priority: number }
  | { do: 'end' | 'fail' | 'cancel'; which: number }
  | { do: 'pause' | 'resume' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('start' as const), priority: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ do: fc.constantFrom('end', 'fail', 'cancel'), which: fc.nat(20) }),
  fc.record({ do: fc.constantFrom('pause', 'resume') }),
)

test('property: never over the limit, never a free slot and a waiting task, order kept, none starving', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { maxLength: 60 }),
      async (concurrency, steps) => {
        const { manager, call, arrive } = benchTasks({ concurrency, keepCanceled: true })
        const tasks = () => [...manager.getSnapshot().tasks.values()]
        const having = (status: string) => tasks().filter((task) => task.status === status)
        let made = 0

        async function perform(next: Step): Promise<void> {
          if (next.do === 'start') {
            manager.startTask('x', { id: `t${(made += 1)}`, priority: next.priority })
          } else if (next.do === 'pause') manager.pauseQueue()
          else if (next.do === 'resume') manager.resumeQueue()
          else if ('which' in next) {
            await arrive()
            const running = having('processing')
            const { id } = running[next.which % (running.length || 1)] ?? {}
            if (!id) return
            if (next.do === 'cancel') manager.cancelTask(id)
            else if (next.do === 'end') call(id).send('complete', { result: 1 })
            else call(id).send('error', { message: 'no' })
            await arrive()
          }
        }

        for (const next of steps) {
          const waiting = having('queued')
          const before = new Set(waiting.map(({ id }) => id))
          await perform(next)
          expect(having('processing').length).toBeLessThanOrEqual(concurrency)
          if (!manager.getSnapshot().isPaused && having('queued').length > 0) {
            expect(having('processing')).toHaveLength(concurrency)
          }
          // Whoever still waits had none behind it that was started.
          const started = having('processing').filter(({ id }) => before.has(id))
          for (const left of having('queued').filter(({ id }) => before.has(id))) {
            for (const { id, priority } of started) {
              const isBehind =
                waiting.findIndex((task) => task.id === id) >
                waiting.findIndex((task) => task.id === left.id)
              expect(priority > left.priority || (priority === left.priority && !isBehind)).toBe(
                true,
              )
            }
          }
        }

        manager.resumeQueue()
        for (let round = 0; round <= made && having('processing').length > 0; round += 1) {
          await arrive()
          for (const { id } of having('processing')) call(id).send('complete', { result: 1 })
          await arrive()
        }
        expect(having('queued')).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
})
