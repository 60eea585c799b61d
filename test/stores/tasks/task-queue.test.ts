// Which task starts when.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { benchTasks, type Bench } from '../../support/servers/task-script.js'

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

const whats = [
  ...([
    'start',
    'start',
    'start',
    'start',
    'complete',
    'complete',
    'fail',
    'refuse',
    'lose',
  ] as const),
  ...(['cancel', 'remove', 'retry', 'clear', 'pause', 'resume'] as const),
]

/** What a page or its server does, to one of the tasks that it can be done to. */
interface Step {
  what: (typeof whats)[number]
  pick: number
}

const steps = fc.array(fc.record<Step>({ what: fc.constantFrom(...whats), pick: fc.nat(1_000) }), {
  maxLength: 60,
})

type AnyBench = Bench<unknown, unknown>

async function take({ what, pick }: Step, { manager, call, having, arrive }: AnyBench) {
  const { taskIds } = manager.getSnapshot()
  const processing = having('processing')
  const anyId = taskIds[pick % taskIds.length] ?? 'nobody'
  const busyId = processing[pick % processing.length]
  if (what === 'start') manager.startTask('go', { priority: pick % 3 })
  else if (what === 'cancel') manager.cancelTask(anyId)
  else if (what === 'remove') manager.removeTask(anyId)
  else if (what === 'retry') manager.retryTask(anyId)
  else if (what === 'clear') manager.clearFinished()
  else if (what === 'pause') manager.pauseQueue()
  else if (what === 'resume') manager.resumeQueue()
  else if (busyId !== undefined) {
    if (what === 'complete') call(busyId).send('complete', {})
    if (what === 'fail') call(busyId).send('error', { message: 'no' })
    if (what === 'refuse') call(busyId).answer(new Response('no', { status: 404 }))
    if (what === 'lose') {
      call(busyId).send('progress', { percent: 1 })
      await arrive()
      call(busyId).cut()
    }
    await arrive()
  }
}

/** `before`: the tasks that were running. */
function checkQueue({ manager, having, task }: AnyBench, before: string[], concurrency: number) {
  const { taskIds, isPaused } = manager.getSnapshot()
  const [processing, queued] = [having('processing'), having('queued')]
  expect(processing.length).toBeLessThanOrEqual(concurrency)
  if (queued.length > 0 && !isPaused) expect(processing).toHaveLength(concurrency)
  const place = (id: string): [number, number] => [-task(id)!.priority, taskIds.indexOf(id)]
  for (const id of processing.filter((each) => !before.includes(each))) {
    const [priority, index] = place(id)
    const passed = queued
      .map(place)
      .filter(([p, i]) => p < priority || (p === priority && i < index))
    expect(passed).toEqual([])
  }
}

function checkConnections({ calls, having, call }: AnyBench): void {
  const processing = having('processing')
  for (const id of processing) expect(call(id).isAborted).toBe(false)
  expect(calls.filter(({ isOver }) => !isOver)).toHaveLength(processing.length)
}

test('property: never over the limit, never a free slot and a waiting task, order kept, none starving', async () => {
  const limit = fc.integer({ min: 1, max: 4 })
  const property = fc.asyncProperty(
    limit,
    fc.boolean(),
    steps,
    async (concurrency, keepCanceled, taken) => {
      const bench = benchTasks({ concurrency, keepCanceled })
      const { manager, having, call, arrive, clock } = bench
      for (const step of taken) {
        const before = having('processing')
        await take(step, bench)
        checkQueue(bench, before, concurrency)
        await arrive()
        checkConnections(bench)
      }
      manager.resumeQueue()
      for (let ids = having('processing'); ids.length > 0; ids = having('processing')) {
        await arrive()
        for (const id of ids) call(id).send('complete', {})
        await arrive()
      }
      expect(having('queued')).toEqual([])
      expect(clock.waiting).toBe(0)
    },
  )
  await fc.assert(property, { numRuns: 150 })
})
