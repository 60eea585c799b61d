// A connection that is refused, lost or silent: whether its task is asked for again.
import { expect, test } from 'vitest'
import { hints } from '../../../src/hints.js'
import { a2a } from '../../../src/protocols/a2a.js'
import { mcpProgress } from '../../../src/protocols/mcp-progress.js'
import { benchTasks } from '../../support/servers/task-script.js'

test('before the first event a failed GET is tried again: five times, after 1 s and ever longer', async () => {
  const { manager, calls, task, arrive, clock } = benchTasks({ retry: { jitter: 0 } })
  manager.startTask('one', { id: 'a' })
  for (const [index, delay] of [1_000, 2_000, 4_000, 8_000, 16_000].entries()) {
    await arrive()
    expect(calls).toHaveLength(index + 1)
    calls.at(-1)?.fail()
    await arrive()
    expect(task('a')).toMatchObject({
      status: 'processing',
      isReconnecting: true,
      error: { code: 'network' },
    })
    await clock.advance(delay - 1)
    expect(calls).toHaveLength(index + 1)
    await clock.advance(1)
  }
  calls.at(-1)?.fail()
  await arrive()
  expect(calls).toHaveLength(6)
  expect(task('a')).toMatchObject({
    status: 'error',
    isReconnecting: false,
    error: { code: 'network' },
  })
  expect(clock.waiting).toBe(0)
})

test('a server may ask for 30 s between two tries at most', async () => {
  const { manager, call, calls, arrive, clock } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').raw('id: 7\nretry: 60000\ndata: \n\n')
  await arrive()
  call('a').cut()
  await clock.advance(29_999)
  expect(calls).toHaveLength(1)
  await clock.advance(1)
  expect(calls).toHaveLength(2)
})

test('an attempt that opens clears the error of the one before', async () => {
  const { manager, call, task, arrive, clock } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').fail()
  await clock.advance(1_000)
  await arrive()
  expect(task('a')).toMatchObject({ isReconnecting: true, error: { code: 'network' } })
  call('a').accept()
  await arrive()
  expect(task('a')).toMatchObject({ isReconnecting: false, error: undefined })
})

test.each([
  ['breaks', 'cut', 'network'],
  ['ends cleanly', 'end', 'incomplete'],
] as const)(
  'after the first event without an id, a connection that %s is an error, and retryTask offers itself',
  async (_, how, code) => {
    const { manager, call, calls, task, arrive, clock } = benchTasks()
    manager.startTask('one', { id: 'a' })
    await arrive()
    call('a').send('progress', { percent: 40 })
    await arrive()
    call('a')[how]()
    await clock.advance(60_000)
    expect(calls).toHaveLength(1)
    const url = '/api/generate?prompt=one&taskId=a'
    expect(task('a')).toMatchObject({ status: 'error', progress: 40, error: { code, url } })
    manager.retryTask('a')
    await arrive()
    expect(calls).toHaveLength(2)
    expect(call('a').headers.has('last-event-id')).toBe(false)
    expect(task('a')).toMatchObject({ status: 'processing', progress: 0, attempt: 2 })
  },
)

test.each([['cut'], ['end']] as const)(
  'after an event with an id, a lost connection (%s) is reopened by Last-Event-ID and the task goes on',
  async (how) => {
    const { manager, call, calls, task, arrive, clock } = benchTasks()
    manager.startTask('one', { id: 'a' })
    await arrive()
    call('a').send('progress', { percent: 40 }, '7')
    await arrive()
    call('a')[how]()
    await arrive()
    expect(task('a')).toMatchObject({ status: 'processing', progress: 40, isReconnecting: true })
    await clock.advance(1_000)
    expect(calls).toHaveLength(2)
    expect(calls[1]?.url.href).toBe(calls[0]?.url.href)
    expect(call('a').headers.get('last-event-id')).toBe('7')
    call('a').send('complete', { result: 1 })
    await arrive()
    expect(task('a')).toMatchObject({ status: 'done', isReconnecting: false })
  },
)

test('the server is told to cancel as its newest response said', async () => {
  const { manager, call, calls, arrive, clock } = benchTasks()
  manager.startTask('one', { id: 'a' })
  for (const job of ['first', 'second']) {
    await arrive()
    const headers = { 'content-type': 'text/event-stream', 'brooklet-cancel': `/${job}` }
    const body = new ReadableStream({
      start: (stream) => (job === 'first' ? stream.error(new TypeError('terminated')) : undefined),
    })
    call('a').answer(new Response(body, { headers }))
    await arrive()
    await clock.advance(1_000)
  }
  manager.cancelTask('a')
  await arrive()
  expect(calls.map(({ url }) => url.pathname)).toEqual([
    '/api/generate',
    '/api/generate',
    '/second',
  ])
})

test('an id alone, without an event, is enough to be reopened by', async () => {
  const { manager, call, arrive, clock } = benchTasks<unknown, object>()
  manager.startTask({ bpm: 90 }, { id: 'a' })
  await arrive()
  call('a').raw('id: start\n\n')
  await arrive()
  call('a').cut()
  await clock.advance(1_000)
  expect(call('a').headers.get('last-event-id')).toBe('start')
})

test('where its protocol says so, the rest is asked for by GET, for the request would start the job again', async () => {
  const { manager, calls, task, arrive, clock } = benchTasks({
    url: () => '/mcp',
    headers: { 'mcp-session-id': 's1' },
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call' },
    protocol: mcpProgress(),
  })
  manager.startTask('one', { id: 'a' })
  await arrive()
  calls[0]!.raw('id: 0\nretry: 500\ndata: \n\n')
  await arrive()
  calls[0]!.end()
  await clock.advance(1_000)
  const { method, headers, body } = calls[1]!
  expect({ method, body }).toEqual({ method: 'GET', body: undefined })
  expect(Object.fromEntries(headers)).toMatchObject({
    'last-event-id': '0',
    'mcp-session-id': 's1',
  })
  expect(headers.has('content-type')).toBe(false)
  calls[1]!.raw('id: 1\ndata: {"jsonrpc":"2.0","id":1,"result":{"content":[]}}\n\n')
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: { content: [] } })
})

test('a message to an agent is not sent again, though its server gives its events ids', async () => {
  const { manager, calls, task, arrive, clock } = benchTasks<unknown, object>({ protocol: a2a() })
  manager.startTask({ method: 'message/stream' }, { id: 'a' })
  await arrive()
  calls[0]!.raw('id: 1\ndata: {"result":{"kind":"task","status":{"state":"working"}}}\n\n')
  await arrive()
  calls[0]!.cut()
  await clock.advance(1_000)
  expect(calls.map(({ method, body }) => [method, body])[1]).toEqual(['GET', undefined])
  calls[1]!.answer(new Response(null, { status: 405 }))
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { status: 405 } })
})

test('a POST whose connection is lost before the first event is not sent again', async () => {
  const { manager, call, calls, task, arrive, clock } = benchTasks<unknown, object>()
  manager.startTask({ bpm: 90 }, { id: 'a' })
  await arrive()
  call('a').fail()
  await clock.advance(60_000)
  expect(calls).toHaveLength(1)
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'network' } })
})

test('a request that was refused before anything happened is sent again, a POST too', async () => {
  const { manager, call, calls, arrive, clock } = benchTasks<unknown, object>()
  manager.startTask({ bpm: 90 }, { id: 'a' })
  await arrive()
  call('a').answer(new Response('busy', { status: 503 }))
  await clock.advance(1_000)
  expect(calls).toHaveLength(2)
})

test('retry.replay says that starting again does no harm', async () => {
  const { manager, call, calls, arrive, clock } = benchTasks({ retry: { replay: true } })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 40 })
  await arrive()
  call('a').cut()
  await clock.advance(1_000)
  expect(calls).toHaveLength(2)
})

test('retry: false gives up at once', async () => {
  const { manager, call, task, arrive, clock } = benchTasks({ retry: false })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').fail()
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'network' } })
  manager.startTask('two', { id: 'b' })
  await arrive()
  call('b').send('progress', { percent: 40 }, '7')
  await arrive()
  call('b').cut()
  await arrive()
  expect(task('b')).toMatchObject({ status: 'error', error: { code: 'network' } })
  expect(clock.waiting).toBe(0)
})

test.each([
  [404, 'text/plain', 'http'],
  [200, 'text/html', 'content-type'],
])('an answer of %d %s is one clear error', async (status, type, code) => {
  const { manager, call, calls, task, arrive, clock } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').answer(new Response('what came', { status, headers: { 'content-type': type } }))
  await clock.advance(60_000)
  expect(task('a')).toMatchObject({ status: 'error', error: { code, body: 'what came' } })
  expect(calls).toHaveLength(1)
})

test("a refusal is told in the server's own words", async () => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  const body = '{"detail":"Prompt is too short"}'
  call('a').answer(new Response(body, { status: 422 }))
  await arrive()
  const error = { code: 'http', status: 422, body, message: 'Prompt is too short' }
  expect(task('a')).toMatchObject({ status: 'error', error })
})

test('a limit that is no number is one clear error for each task', async () => {
  const { manager, task, calls, arrive } = benchTasks({ concurrency: -1 })
  manager.startTask('one', { id: 'a' })
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'invalid-option' } })
  expect(task('a')?.error?.message).toContain('concurrency')
  expect(calls).toHaveLength(0)
})

test('an answer of 204 has nothing of the task: it has not completed', async () => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').answer(new Response(null, { status: 204 }))
  await arrive()
  expect(task('a')).toMatchObject({
    status: 'error',
    error: { code: 'incomplete', hint: hints.taskEnded },
  })
})

test('a server that never answers is given up after 30 s, and tried again', async () => {
  const { manager, calls, task, arrive, clock } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await clock.advance(30_000)
  await arrive()
  expect(calls[0]?.isAborted).toBe(true)
  expect(task('a')).toMatchObject({ isReconnecting: true, error: { code: 'timeout' } })
  await clock.advance(1_000)
  expect(calls).toHaveLength(2)
})

test('idleTimeout, off by default, finds a server that has gone silent', async () => {
  const { manager, call, task, clock, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 1 })
  await clock.advance(3_600_000)
  expect(task('a')).toMatchObject({ status: 'processing' })

  const limited = benchTasks({ idleTimeout: 5_000 })
  limited.manager.startTask('one', { id: 'a' })
  await limited.arrive()
  limited.call('a').send('progress', { percent: 1 })
  await limited.clock.advance(5_000)
  expect(limited.task('a')).toMatchObject({ status: 'error', error: { code: 'timeout' } })
})
