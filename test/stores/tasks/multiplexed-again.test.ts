// Tasks that are tried again under their ids while their stream is not open. It is opened again by the
// last event id, and then repeats what their earlier tries have said since.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StorableTaskManager } from '../../../src/stores/tasks/task-seam.js'
import { taskIdOf, type TaskCall } from '../../support/servers/task-script.js'
import { benchMultiplexed } from './multiplexed-bench.js'

test.each(['away', 'lost'] as const)(
  'what is repeated of an earlier try, by a stream that was %s, is not of the next one',
  async (why) => {
    const bench = benchMultiplexed({ keepCanceled: true })
    const { manager, start, send, stream, streams, starts, call, task, clock, arrive } = bench
    const leave = manager.retain(true)
    await start('a', 'b')
    await send('b', { percent: 10 })
    if (why === 'away') leave()
    else stream().cut()
    await clock.advance(0)
    manager.cancelTask('a')
    manager.retryTask('a')
    manager.retain(true)
    await clock.advance(1_000)
    expect(streams().map(lastEventId)).toEqual([
      '',
      why === 'away' ? '1' : '',
      why === 'away' ? '' : '1',
    ])

    for (const opened of streams()) opened.accept()
    await arrive()
    const goesOn = streams().find((opened) => lastEventId(opened) === '1')!
    goesOn.send('complete', { taskId: 'a', result: 'of the first try' }, '2')
    goesOn.send('progress', { taskId: 'b', percent: 20 }, '3')
    call('a').answer(new Response('not now', { status: 503 }))
    await arrive()
    expect(task('a')).toMatchObject({ status: 'processing', isReconnecting: true, progress: 0 })
    expect(task('b')).toMatchObject({ progress: 20 })
    await clock.advance(1_000)
    expect(starts()).toHaveLength(4)
  },
)

test('one that is tried again waits with the others for a stream that repeats nothing', async () => {
  const { manager, start, stream, streams, clock, arrive } = benchMultiplexed({
    keepCanceled: true,
  })
  await start('a', 'b')
  stream().cut()
  await arrive()
  manager.cancelTask('a')
  manager.retryTask('a')
  await clock.advance(1_000)
  expect(streams()).toHaveLength(2)
})

test('a restored one that is tried again before the stream is opened is not told of its earlier try', async () => {
  const { manager, stream, arrive } = benchMultiplexed()
  const { entries, attach } = manager as StorableTaskManager<unknown, unknown>
  manager.pauseQueue()
  manager.startTask('one', { id: 'a' })
  const entry = entries.get('a')!
  entry.saved = { lastEventId: '7', hasEvents: true, started: true }
  attach(entry)
  manager.cancelTask('a')
  manager.startTask('one', { id: 'a' })
  manager.resumeQueue()
  await arrive()
  expect(lastEventId(stream())).toBe('')
})

function lastEventId({ headers }: TaskCall): string {
  return headers.get('last-event-id') ?? ''
}

/** A server that keeps all that it has said, and begins each stream with the id of the last event. */
function createServer() {
  const log: string[] = []
  /** How often the job of a task was started. */
  const runs = new Map<string, number>()
  const running = new Set<string>()
  const reached = new Map<TaskCall, number>()

  function say(id: string, event: string): void {
    if (running.has(id)) {
      const data = JSON.stringify({ taskId: id, percent: 1, result: runs.get(id) })
      log.push(`event: ${event}\ndata: ${data}\n\n`)
    }
  }

  return {
    runs,
    running,
    progress: (id: string) => say(id, 'progress'),
    complete(id: string) {
      say(id, 'complete')
      running.delete(id)
    },
    /** Each stream that is open gets what it lacks. */
    tell(streams: TaskCall[]) {
      for (const stream of streams.filter(({ isOver }) => !isOver)) {
        const known = reached.get(stream) ?? Number(lastEventId(stream) || log.length)
        stream.raw(`id: ${known}\n\n`)
        for (const [n, event] of log.slice(known).entries())
          stream.raw(`id: ${known + n + 1}\n${event}`)
        reached.set(stream, log.length)
      }
    },
    /** Jobs that run are not started a second time. */
    answer(starts: TaskCall[], isBusy: boolean) {
      for (const start of starts.filter(({ isOver }) => !isOver)) {
        const id = taskIdOf(start)!
        if (!isBusy && !running.has(id)) runs.set(id, (runs.get(id) ?? 0) + 1)
        if (!isBusy) running.add(id)
        start.answer(new Response(null, { status: isBusy ? 503 : 202 }))
      }
    },
  }
}

function createLife() {
  const server = createServer()
  const bench = benchMultiplexed({
    keepCanceled: true,
    retry: { attempts: Infinity, maxDelay: 1_000 },
    cancelRequest: ({ id }) => void server.running.delete(id),
  })
  const { manager, starts, streams, task, clock, arrive } = bench
  /** The run that a task's newest try can only have, or a later one. */
  const least = new Map<string, number>()
  let leave: (() => void) | undefined = manager.retain(true)

  function again(id: string, start: () => void): void {
    manager.cancelTask(id)
    least.set(id, (server.runs.get(id) ?? 0) + 1)
    start()
  }

  const deeds = {
    progress: server.progress,
    complete: server.complete,
    busy: () => {},
    again: (id: string) => again(id, () => manager.retryTask(id)),
    anew(id: string) {
      again(id, () => {
        manager.removeTask(id)
        manager.startTask(id, { id })
      })
    },
    leave() {
      leave?.()
      leave = undefined
    },
    comeBack: () => void (leave ??= manager.retain(true)),
    cut: () => streams().at(-1)?.cut(),
    wait: () => clock.advance(1_000),
  }

  return {
    server,
    async take(what: keyof typeof deeds, id = '') {
      await deeds[what](id)
      await clock.advance(0)
      server.tell(streams())
      await arrive()
      server.answer(starts(), what === 'busy')
      await arrive()
    },
    look(id: string) {
      const { status, result } = task(id)!
      expect(status).not.toBe('error')
      if (status === 'done') expect(result).toBeGreaterThanOrEqual(least.get(id) ?? 1)
    },
    result: (id: string) => task(id)!.result,
    start: (id: string) => manager.startTask(id, { id }),
  }
}

test('property: whenever it is tried again, each try ends as the server says of it', async () => {
  const ids = ['a', 'b', 'c']
  const often = ['progress', 'complete', 'again', 'leave', 'comeBack', 'wait'] as const
  const step = fc.tuple(
    fc.constantFrom(...often, ...often, 'anew', 'cut', 'busy'),
    fc.constantFrom(...ids),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const { server, take, look, result, start } = createLife()
      ids.forEach(start)
      for (const [what, id] of steps) {
        await take(what, id)
        ids.forEach(look)
      }
      for (const what of ['comeBack', 'wait', 'wait', 'wait'] as const) await take(what)
      for (const id of ids) await take('complete', id)
      expect(ids.map(result)).toEqual(ids.map((id) => server.runs.get(id)))
    }),
    { numRuns: 100 },
  )
})

test('only of the last thousand that have ended is it known that they are tried again', async () => {
  const { manager, start, stream, streams, clock, arrive } = benchMultiplexed({
    concurrency: 2_000,
  })
  const ending = ['first', ...Array.from({ length: 999 }, (_, n) => `other ${n}`), 'last']
  await start('going on', ...ending)
  const end = (id: string) => `id: ${id}\nevent: complete\ndata: {"taskId":"${id}"}\n\n`
  stream().raw(ending.map(end).join(''))
  await arrive()
  stream().cut()
  await arrive()
  manager.retryTask('first')
  await clock.advance(1_000)
  expect(streams().map(lastEventId)).toEqual(['', 'last'])
  manager.retryTask('last')
  await arrive()
  expect(streams().map(lastEventId)).toEqual(['', 'last', ''])
})

test('one that has ended twice is known for as long as the one that ended last', async () => {
  const { manager, start, stream, streams, clock, arrive } = benchMultiplexed({
    concurrency: 2_000,
  })
  const others = Array.from({ length: 999 }, (_, n) => `other ${n}`)
  await start('going on', 'twice', ...others, 'last')
  const end = (id: string) => `id: ${id}\nevent: complete\ndata: {"taskId":"${id}"}\n\n`
  stream().raw(['twice', ...others].map(end).join(''))
  await arrive()
  manager.retryTask('twice')
  await arrive()
  stream().raw(end('twice') + end('last'))
  await arrive()
  stream().cut()
  await arrive()
  manager.retryTask('twice')
  await clock.advance(1_000)
  expect(streams().map(lastEventId)).toEqual(['', '', 'last'])
})
