import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StreamError } from '../../../src/errors.js'
import { benchTasks } from '../../support/servers/task-script.js'

// What the user handed in throws: it is reported as the platform does with a listener's, once.
const reported: unknown[] = []
beforeEach(() => {
  reported.length = 0
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const boom = new Error('boom')
function throwing(): never {
  throw boom
}

test('a url function that throws fails its task with one clear error, and the others go on', async () => {
  const { manager, call, having, task, arrive, clock } = benchTasks({
    concurrency: 2,
    url: ({ id }) => (id === 'bad' ? throwing() : `/tasks?taskId=${id}`),
  })
  for (const id of ['a', 'bad', 'b', 'c']) manager.startTask(id, { id })
  await arrive()
  expect(task('bad')).toMatchObject({ status: 'error', isReconnecting: false })
  expect(task('bad')?.error).toBeInstanceOf(StreamError)
  expect(task('bad')?.error).toMatchObject({
    code: 'invalid-option',
    retryable: false,
    cause: boom,
    message: 'Expected a valid request: Error: boom',
  })
  expect(having('processing')).toEqual(['a', 'b'])
  expect(having('queued')).toEqual(['c'])
  call('a').send('complete', {})
  await arrive()
  expect(having('processing')).toEqual(['b', 'c'])
  await clock.advance(60_000)
  expect(reported).toEqual([])
})

test('a url function that throws at a later attempt fails its task', async () => {
  let attempts = 0
  const { manager, call, task, arrive, clock } = benchTasks({
    url: ({ id }) => (++attempts > 1 ? throwing() : `/tasks?taskId=${id}`),
  })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').fail()
  await clock.advance(1_000)
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'invalid-option' } })
  expect(clock.waiting).toBe(0)
})

test.each(['http://[bad', 'https://'])('a URL that is none fails the task: %s', async (url) => {
  const { manager, calls, task, arrive, clock } = benchTasks({ url: () => url })
  manager.startTask('one', { id: 'a' })
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'invalid-option' } })
  expect(task('a')?.error?.message).toContain(url)
  expect(calls).toHaveLength(0)
  expect(clock.waiting).toBe(0)
})

test.each([
  ['throws', throwing],
  ['rejects', () => Promise.reject(boom)],
])('a cancelRequest that %s is reported as one clear error', async (_, cancelRequest) => {
  const { manager, call, having, arrive } = benchTasks({ cancelRequest, keepCanceled: true })
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  await arrive()
  manager.cancelTask('a')
  await arrive()
  expect(having('canceled')).toEqual(['a'])
  expect(call('a').isAborted).toBe(true)
  expect(reported).toHaveLength(1)
  expect(reported[0]).toBeInstanceOf(StreamError)
  expect(reported[0]).toMatchObject({
    message: 'Task a was not canceled: Error: boom',
    cause: boom,
  })
  call('b').send('complete', {})
  await arrive()
  expect(having('done')).toEqual(['b'])
})

test('handlers that throw are reported and change nothing', async () => {
  const { manager, call, task, having, arrive } = benchTasks({
    concurrency: 1,
    onEvent: throwing,
    onTaskDone: throwing,
    onTaskError: throwing,
  })
  for (const id of 'abc') manager.startTask(id, { id })
  await arrive()
  call('a').send('progress', { percent: 10 })
  await arrive()
  expect(task('a')?.progress).toBe(10)
  call('a').send('complete', {})
  await arrive()
  call('b').send('error', { message: 'no' })
  await arrive()
  expect(having('done')).toEqual(['a'])
  expect(having('error')).toEqual(['b'])
  expect(having('processing')).toEqual(['c'])
  expect(reported).toEqual([boom, boom, boom, boom, boom])
})

test('a weight that throws is reported, and is as none', async () => {
  const { manager, having, arrive } = benchTasks({
    weight: ({ input }) => (input === 'bad' ? throwing() : 3),
  })
  expect(manager.startTask('bad', { id: 'a' })).toBe('a')
  expect(manager.startTask('good', { id: 'b' })).toBe('b')
  await arrive()
  expect(having('processing')).toEqual(['a', 'b'])
  expect(reported[0]).toBe(boom)
})

test.each([[NaN], [Infinity], [0]])('a total by weights of %d is a number', async (weight) => {
  const { manager, call, arrive } = benchTasks({ weight: () => weight })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 50 })
  await arrive()
  expect(manager.getSnapshot().progress).toBe(0)
})

test.each([[NaN], [-1], [0]])('a task of weight %d is left out of the total', async (weight) => {
  const { manager, call, arrive } = benchTasks({
    weight: ({ prompt }) => (prompt === 'odd' ? weight : 1),
  })
  manager.startTask('odd', { id: 'a' })
  manager.startTask('usual', { id: 'b' })
  await arrive()
  call('b').send('progress', { percent: 50 })
  await arrive()
  expect(manager.getSnapshot().progress).toBe(50)
})

test('a listener that throws is reported, and the other listeners are told', async () => {
  const { manager, call, arrive } = benchTasks()
  const heard: string[] = []
  manager.task('a').subscribe(throwing)
  manager.task('a').subscribe(() => heard.push('task'))
  manager.subscribe(throwing)
  manager.subscribe(() => heard.push('list'))
  expect(manager.startTask('one', { id: 'a' })).toBe('a')
  expect(heard).toEqual(['task', 'list'])
  await arrive()
  call('a').send('progress', { percent: 10 })
  await arrive()
  expect(heard).toEqual(['task', 'list', 'task', 'list'])
  expect(reported).toEqual([boom, boom, boom, boom])
})

test('a protocol that throws for one event loses this event only', async () => {
  const { manager, call, task, arrive } = benchTasks({
    protocol: {
      reader: () => ({
        read: ({ type }) => (type === 'bad' ? throwing() : { done: { result: 1 } }),
      }),
    },
  })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('bad', 'x')
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', error: { code: 'parse', cause: boom } })
  call('a').send('good', 'x')
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', error: undefined })
})

test('a protocol that cannot make a reader is as one that throws for each event', async () => {
  const { manager, call, task, arrive } = benchTasks({ protocol: { reader: throwing } })
  expect(manager.startTask('one', { id: 'a' })).toBe('a')
  await arrive()
  call('a').send('x', 'x')
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', error: { code: 'parse', cause: boom } })
})

test.each([
  ['that throws over an HTTP error', throwing, [boom]],
  ['that has no words for an HTTP error', undefined, []],
])('a protocol %s fails its task with that error', async (_, errorMessage, reports) => {
  const { manager, task, arrive } = benchTasks({
    fetch: async () => new Response('<!doctype html>', { status: 404 }),
    protocol: { reader: throwing, errorMessage },
  })
  manager.startTask('one', { id: 'a' })
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'http', status: 404 } })
  expect(reported).toEqual(reports)
})

test('an event larger than the limit fails its task', async () => {
  const { manager, call, task, arrive } = benchTasks({ maxEventSize: 50 })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').raw(`data: ${'x'.repeat(100)}`)
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'too-large' } })
})

test('a server that never ends keeps the slot of its task alone, until that is canceled', async () => {
  const { manager, call, task, having, clock, arrive } = benchTasks({ concurrency: 2 })
  for (const id of 'abcd') manager.startTask(id, { id })
  await arrive()
  for (let hour = 0; hour < 24; hour += 1) {
    call('a').send('progress', { percent: 100 })
    call('a').raw(': still here\n\n')
    const other = having('processing').find((id) => id !== 'a')
    if (other) call(other).accept()
    await clock.advance(3_600_000)
    if (other) call(other).send('complete', {})
    await arrive()
  }
  expect(task('a')).toMatchObject({ status: 'processing', progress: 100, error: undefined })
  expect(having('done')).toEqual(['b', 'c', 'd'])
  manager.startTask('e', { id: 'e' })
  manager.startTask('f', { id: 'f' })
  expect(having('queued')).toEqual(['f'])
  manager.cancelTask('a')
  expect(having('processing')).toEqual(['e', 'f'])
})
