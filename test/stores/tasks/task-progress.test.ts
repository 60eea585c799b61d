import { expect, test, vi } from 'vitest'
import { StreamError } from '../../../src/errors.js'
import { dockerProgress } from '../../../src/protocols/docker-progress.js'
import type { TaskProtocol, TaskUpdate } from '../../../src/protocols/types.js'
import { benchTasks } from '../../support/servers/task-script.js'

/** A protocol whose events are the updates themselves. */
function plain(end?: () => TaskUpdate): TaskProtocol {
  return { reader: () => ({ read: ({ data }) => JSON.parse(data) as TaskUpdate, end }) }
}

async function begin(protocol = plain(), options = {}) {
  const bench = benchTasks({ protocol, ...options })
  bench.manager.startTask('one', { id: 'a' })
  await bench.arrive()
  return {
    ...bench,
    async send(update: TaskUpdate, id?: string) {
      bench.call('a').send('x', update, id)
      await bench.arrive()
      return bench.task('a')
    },
  }
}

test('progress never goes back', async () => {
  const { send } = await begin()
  await send({ progress: 40 })
  expect(await send({ progress: 30 })).toMatchObject({ progress: 40 })
  expect(await send({ progress: -5 })).toMatchObject({ progress: 40 })
  expect(await send({ progress: 41 })).toMatchObject({ progress: 41 })
})

test('progress goes back where the server begins anew', async () => {
  const { send } = await begin()
  await send({ progress: 100 })
  expect(await send({ progress: 0, restarted: true })).toMatchObject({ progress: 0 })
  expect(await send({ progress: 5 })).toMatchObject({ progress: 5 })
  expect(await send({ progress: 4 })).toMatchObject({ progress: 5 })
})

test('progress that is where it was is known again; an event may say that it is not', async () => {
  const { send } = await begin()
  const progress = 40
  for (const indeterminate of [true, false])
    expect(await send({ progress, indeterminate })).toMatchObject({ progress, indeterminate })
  await send({ indeterminate: true })
  expect(await send({ progress })).toMatchObject({ progress, indeterminate: false })
})

test('what comes with an error is kept with it', async () => {
  const { send, task } = await begin({
    reader: () => ({ read: () => ({ ...last, error: new StreamError('protocol', 'no') }) }),
  })
  const last = { progress: 40, stage: 'mixing', logs: ['out of tune'], result: 'half a tune' }
  await send({})
  expect(task('a')).toMatchObject({ ...last, status: 'error', error: { message: 'no' } })
})

test.each<[string, TaskUpdate]>([
  ['done', { done: { result: 1 } }],
  ['failed', { error: new StreamError('protocol', 'no') }],
])('a task that is %s is not indeterminate any more', async (_, ended) => {
  const { send, task } = await begin({
    reader: () => ({ read: () => ({ indeterminate: true, ...ended }) }),
  })
  await send({})
  expect(task('a')).toMatchObject({ indeterminate: false })
})

test('a task that is taken up again by an id goes on, without one it begins anew', async () => {
  const { send, call, arrive, clock, task } = await begin(plain(), { retry: { replay: true } })
  await send({ progress: 40 })
  call('a').cut()
  await clock.advance(1_000)
  expect(task('a')).toMatchObject({ progress: 40 })
  expect(await send({ progress: 10 }, '1')).toMatchObject({ progress: 10 })
  call('a').cut()
  await clock.advance(1_000)
  await arrive()
  expect(await send({ progress: 5 })).toMatchObject({ progress: 10 })
})

test('of a task that begins anew the log does too', async () => {
  const { send, call, clock, arrive } = await begin(plain(), { retry: { replay: true } })
  await send({ logs: ['pulling'] })
  call('a').cut()
  await clock.advance(1_000)
  await arrive()
  expect(await send({ logs: ['pulling', 'done'] })).toMatchObject({ logs: ['pulling', 'done'] })
})

test.each<TaskUpdate>([{ stage: 'too late' }, { done: { result: 'again' } }])(
  'what a reader adds at the end of a task that its last event has ended is not read: %j',
  async (more) => {
    const protocol: TaskProtocol = {
      reader: () => ({ read: () => ({ done: { result: 'whole' } }), end: () => more }),
    }
    const { call, arrive, task } = await begin(protocol)
    call('a').raw('data: {}\n')
    call('a').end()
    await arrive()
    expect(task('a')).toMatchObject({ status: 'done', result: 'whole', stage: undefined })
  },
)

test('each stream that begins anew has a reader of its own', async () => {
  let readers = 0
  const protocol: TaskProtocol = {
    reader() {
      readers += 1
      let text = ''
      return { read: ({ data }) => ({ result: (text += JSON.parse(data)) }) }
    },
  }
  const { call, arrive, clock, task } = await begin(protocol, { retry: { replay: true } })
  call('a').send('x', '"once "')
  await arrive()
  call('a').cut()
  await clock.advance(1_000)
  call('a').send('x', '"once "', '7')
  await arrive()
  expect(task('a')).toMatchObject({ result: 'once ' })
  call('a').cut()
  await clock.advance(1_000)
  call('a').send('x', '"upon"', '8')
  await arrive()
  expect(task('a')).toMatchObject({ result: 'once upon' })
  expect(readers).toBe(2)
})

test('a task shows its stage, and how much is done of how much', async () => {
  const { send } = await begin()
  const said = { stage: 'Downloading', loaded: 5, total: 20, progress: 25 }
  expect(await send(said)).toMatchObject(said)
  expect(await send({ loaded: 6, stage: undefined })).toMatchObject({ ...said, loaded: 6 })
})

test('a task keeps the last 100 lines of its log', async () => {
  const { send } = await begin()
  await send({ logs: ['first'] })
  const many = Array.from({ length: 99 }, (_, line) => `line ${line}`)
  expect((await send({ logs: many }))?.logs).toEqual(['first', ...many])
  expect((await send({ logs: ['last'] }))?.logs).toEqual([...many, 'last'])
  expect((await send({ logs: [] }))?.logs).toHaveLength(100)
})

test('a result so far is there while the task is under way, and after it has failed', async () => {
  const { send, call, task, arrive, clock } = await begin()
  expect(await send({ result: 'Once' })).toMatchObject({ status: 'processing', result: 'Once' })
  expect(await send({ result: 'Once upon' })).toMatchObject({ result: 'Once upon' })
  call('a').cut()
  await clock.advance(60_000)
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', result: 'Once upon' })
})

test('the result so far is there after its server has said that the task failed', async () => {
  const { send } = await begin()
  await send({ result: 'Once' })
  const error = new StreamError('protocol', 'no more ink')
  expect(await send({ error })).toMatchObject({ status: 'error', result: 'Once' })
})

test.each<[string, TaskUpdate, unknown]>([
  ['of its own replaces it', { done: { result: 'whole' } }, 'whole'],
  ['of null replaces it', { done: { result: null } }, null],
  ['that is undefined keeps it', { done: { result: undefined } }, 'so far'],
])('an end with a result %s', async (_, update, result) => {
  const updates = [{ result: 'so far' }, update]
  const { send } = await begin({ reader: () => ({ read: () => updates.shift() }) })
  expect(await send({})).toMatchObject({ status: 'processing', result: 'so far' })
  expect(await send({})).toMatchObject({ status: 'done', progress: 100, result })
})

test('a retry begins without what the last try said', async () => {
  const { send, manager, task } = await begin()
  await send({
    progress: 50,
    stage: 'Mixing',
    loaded: 1,
    total: 2,
    logs: ['a line'],
    result: 'half',
  })
  await send({ error: new StreamError('protocol', 'no') })
  manager.retryTask('a')
  expect(task('a')).toMatchObject({
    status: 'processing',
    progress: 0,
    stage: undefined,
    loaded: undefined,
    total: undefined,
    logs: [],
    result: null,
  })
})

test('where a protocol says so, a clean end is the end of the task', async () => {
  const end = vi.fn<() => TaskUpdate>(() => ({ done: { result: 'built' } }))
  const { send, call, arrive, task } = await begin(plain(end))
  await send({ progress: 50 })
  call('a').end()
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', progress: 100, result: 'built' })
  expect(end).toHaveBeenCalledTimes(1)
})

test('a stream that breaks has not ended', async () => {
  const { send, call, clock, task } = await begin(plain(() => ({ done: { result: 'built' } })))
  await send({ progress: 50 })
  call('a').cut()
  await clock.advance(60_000)
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'network' } })
})

test('an event that lacks its last blank line and is sent again is read once', async () => {
  const protocol: TaskProtocol = {
    reader() {
      let text = ''
      return { read: ({ data }) => ({ result: (text += data) }) }
    },
  }
  const { call, arrive, clock, task } = await begin(protocol)
  call('a').raw('id: 1\ndata: [a]\n\ndata: [b]\n')
  call('a').end()
  await clock.advance(1_000)
  call('a').raw('id: 2\ndata: [b]\n\n')
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', result: '[a][b]' })
})

test('a stream of JSON lines that calls itself application/json, and ends without a mark', async () => {
  const { call, arrive, task } = await begin(dockerProgress())
  call('a').accept('application/json')
  call('a').raw('{"stream":"Step 1/2 : FROM alpine"}\r\n{"aux":{"ID":"sha256:4b"}}\r\n')
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', progress: 50, loaded: 1, total: 2 })
  call('a').end()
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: 'sha256:4b' })
})
