import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { benchTasks, type Bench } from '../support/servers/task-script.js'

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

type Step = {
  action: 'start' | 'done' | 'fail' | 'lose' | 'cancel' | 'remove' | 'retry' | 'clear'
} & {
  pick: number
}
const steps = fc.array(
  fc.record<Step>({
    action: fc.constantFrom(
      'start',
      'start',
      'start',
      'done',
      'fail',
      'lose',
      'cancel',
      'remove',
      'retry',
      'clear',
    ),
    pick: fc.nat(1_000),
  }),
  { maxLength: 40 },
)

test('the queue never exceeds the limit, never leaves a slot unused, and keeps the order', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (all, concurrency, keepCanceled) => {
        const bench = benchTasks({ concurrency, keepCanceled })
        let started = 0
        for (const step of all) {
          const before = new Set(bench.having('processing'))
          if (step.action === 'start') bench.manager.startTask('go', { id: `t${(started += 1)}` })
          else await act(bench, step)
          checkQueue(bench, before, concurrency)
          await bench.arrive()
          checkConnections(bench)
        }
        await drain(bench)
        expect(bench.having('queued')).toEqual([])
        expect(bench.having('processing')).toEqual([])
        expect(bench.clock.waiting).toBe(0)
      },
    ),
    { numRuns: 150 },
  )
})

type AnyBench = Bench<unknown, unknown>

async function act({ manager, call, having, arrive }: AnyBench, { action, pick }: Step) {
  const ids = manager.getSnapshot().taskIds
  const anyId = ids[pick % Math.max(1, ids.length)] ?? 'nobody'
  const processing = having('processing')
  const busyId = processing[pick % Math.max(1, processing.length)]
  if (action === 'cancel') manager.cancelTask(anyId)
  else if (action === 'remove') manager.removeTask(anyId)
  else if (action === 'retry') manager.retryTask(anyId)
  else if (action === 'clear') manager.clearFinished()
  else if (busyId !== undefined) {
    if (action === 'done') call(busyId).send('complete', {})
    if (action === 'fail') call(busyId).answer(new Response('no', { status: 404 }))
    if (action === 'lose') {
      call(busyId).send('progress', { percent: 1 })
      await arrive()
      call(busyId).cut()
    }
    await arrive()
  }
}

function checkQueue({ manager, having }: AnyBench, before: Set<string>, concurrency: number): void {
  const { taskIds } = manager.getSnapshot()
  const [processing, queued] = [having('processing'), having('queued')]
  expect(processing.length).toBeLessThanOrEqual(concurrency)
  if (queued.length > 0) expect(processing).toHaveLength(concurrency)
  for (const id of processing.filter((candidate) => !before.has(candidate))) {
    expect(queued.filter((other) => taskIds.indexOf(other) < taskIds.indexOf(id))).toEqual([])
  }
}

function checkConnections({ calls, having, call }: AnyBench): void {
  const processing = having('processing')
  for (const id of processing) expect(call(id).isAborted).toBe(false)
  expect(calls.filter(({ isOver }) => !isOver)).toHaveLength(processing.length)
}

async function drain({ call, having, arrive }: AnyBench): Promise<void> {
  for (let ids = having('processing'); ids.length > 0; ids = having('processing')) {
    for (const id of ids) call(id).send('complete', {})
    await arrive()
  }
}
