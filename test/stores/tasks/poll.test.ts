// Where there is no stream, but a URL that answers with the state of the task.
import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import type { StreamEvent } from '../../../src/formats/types.js'
import { jsonProgress } from '../../../src/protocols/json-progress.js'
import { fromAnswer } from '../../../src/stores/tasks/from-answer.js'
import type { TaskManagerOptions } from '../../../src/stores/tasks/task-types.js'
import { benchTasks, type TaskCall } from '../../support/servers/task-script.js'

/** A task whose state is asked for every two seconds, as its answer has said where. */
async function begin(options: TaskManagerOptions = {}) {
  const bench = benchTasks({
    url: 'https://a.test/jobs',
    stream: fromAnswer({ pollInterval: 2_000 }),
    protocol: jsonProgress(),
    ...options,
  })
  bench.manager.startTask({ prompt: 'one' }, { id: 'a' })
  await bench.arrive()
  bench.call('a').answer(new Response(null, { status: 202, headers: { location: '/jobs/7' } }))
  await bench.arrive()
  return {
    ...bench,
    stream: (): TaskCall => bench.calls.at(-1)!,
    async answer(state: object) {
      bench.calls.at(-1)!.answer(Response.json(state))
      await bench.arrive()
      return bench.task('a')
    },
    starts: () => bench.calls.filter(({ method }) => method === 'POST'),
    polls: () => bench.calls.filter(({ method }) => method === 'GET'),
  }
}

test('the URL is asked again and again until the task has ended', async () => {
  const { answer, polls, clock, starts } = await begin()
  expect(await answer({ status: 'running', percent: 40 })).toMatchObject({
    status: 'processing',
    progress: 40,
  })
  await clock.advance(1_999)
  expect(polls()).toHaveLength(1)
  await clock.advance(1)
  expect(polls()).toHaveLength(2)
  expect(await answer({ status: 'running', percent: 30 })).toMatchObject({ progress: 40 })
  await clock.advance(2_000)
  const done = { status: 'succeeded', result: 'tune' }
  expect(await answer(done)).toMatchObject({ status: 'done', result: 'tune', progress: 100 })
  await clock.advance(600_000)
  expect([starts().length, polls().length, clock.waiting]).toEqual([1, 3, 0])
})

test('an answer that is the same as the one before changes nothing, nor does one of nothing', async () => {
  const { answer, stream, arrive, task, clock } = await begin()
  await answer({ percent: 40, logs: ['one line'] })
  const before = task('a')
  await clock.advance(2_000)
  expect(await answer({ percent: 40, logs: ['one line'] })).toBe(before)
  await clock.advance(2_000)
  stream().answer(new Response(null, { status: 204 }))
  await arrive()
  expect(task('a')).toBe(before)
  await clock.advance(2_000)
  expect(await answer({ percent: 50 })).toMatchObject({ progress: 50 })
})

test('an answer is an event without a name, and an empty one is none', async () => {
  const seen: StreamEvent[] = []
  const { stream, clock } = await begin({ onEvent: (event) => void seen.push(event) })
  for (const body of ['', 'so far']) {
    stream().answer(new Response(body))
    await clock.advance(2_000)
  }
  expect(seen).toEqual([{ type: 'message', data: 'so far', lastEventId: '' }])
})

test('an answer is read when it is whole', async () => {
  const { stream, arrive, task } = await begin()
  stream().raw('{"perc')
  await arrive()
  expect(task('a')).toMatchObject({ progress: 0, error: undefined })
  stream().raw('ent": 40}')
  stream().end()
  await arrive()
  expect(task('a')).toMatchObject({ progress: 40, error: undefined })
})

test('a question that fails is asked again, and one that always fails ends the task', async () => {
  const { answer, stream, arrive, task, clock, starts } = await begin()
  await answer({ percent: 40 })
  await clock.advance(2_000)
  stream().raw('{"percent": 4')
  stream().cut()
  await arrive()
  expect(task('a')).toMatchObject({ isReconnecting: true, progress: 40 })
  await clock.advance(1_000)
  expect(await answer({ percent: 50 })).toMatchObject({ isReconnecting: false, progress: 50 })
  await clock.advance(2_000)
  stream().answer(new Response('gone', { status: 410 }))
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { status: 410 } })
  expect(starts()).toHaveLength(1)
})

test('the signal ends the task at once, between two polls too', async () => {
  const controller = new AbortController()
  const { answer, arrive, polls, task, clock } = await begin({ signal: controller.signal })
  await answer({ percent: 40 })
  const listeners = getEventListeners(controller.signal, 'abort').length
  await clock.advance(2_000)
  await answer({ percent: 50 })
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(listeners)
  controller.abort()
  await arrive()
  expect(task('a')).toMatchObject({ status: 'canceled', progress: 50 })
  expect([polls().length, clock.waiting, clock.watching]).toEqual([2, 0, 0])
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
})

// The other `signal` is of no use, and named so in development. In production it does no harm.
test.each([undefined, { aborted: false } as AbortSignal])(
  'a task that is canceled while nothing is asked is not asked about again',
  async (signal) => {
    const { answer, manager, polls, clock } = await begin({ signal })
    await answer({ percent: 40 })
    manager.cancelTask('a')
    await clock.advance(60_000)
    expect([polls().length, clock.waiting, clock.watching]).toEqual([1, 0, 0])
  },
)
