import { expect, test } from 'vitest'
import { a2a } from '../../../src/protocols/a2a.js'
import { mcpProgress } from '../../../src/protocols/mcp-progress.js'
import { progressEvents } from '../../../src/protocols/progress-events.js'
import { benchTasks } from '../../support/servers/task-script.js'

test('a progress event carries percent', async () => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 40 })
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', progress: 40, result: null })
})

test.each([
  ['{ result }', { result: { url: '/a.wav' } }, { url: '/a.wav' }],
  ['the result itself', { url: '/a.wav' }, { url: '/a.wav' }],
  ['a list', [1, 2], [1, 2]],
  ['a result that is false', { result: false }, false],
  ['a result of null', { result: null }, null],
  ['nothing', {}, null],
  ['null', 'null', null],
])('a complete event carries %s', async (_, data, result) => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('complete', data)
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', progress: 100, error: undefined })
  expect(task('a')?.result).toEqual(result)
})

test('a complete event without data, or with plain text, completes the task as well', async () => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'empty' })
  manager.startTask('one', { id: 'text' })
  await arrive()
  call('empty').raw('event: complete\ndata:\n\n')
  call('text').raw('event: complete\ndata: /tunes/7.wav\n\n')
  await arrive()
  expect(task('empty')).toMatchObject({ status: 'done', result: null })
  expect(task('text')).toMatchObject({ status: 'done', result: '/tunes/7.wav' })
})

test('a complete event with broken JSON is an error that shows it', async () => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').raw('event: complete\ndata: {"result":\n\n')
  await arrive()
  expect(task('a')).toMatchObject({
    status: 'error',
    result: null,
    error: { code: 'parse', body: '{"result":' },
  })
})

test('a named error event fails the task with the words of the server, and is not retried', async () => {
  const { manager, call, task, arrive, clock, calls } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 40 })
  call('a').send('error', { message: 'The model is asleep' }, '9')
  await arrive()
  expect(task('a')).toMatchObject({
    status: 'error',
    progress: 40,
    error: { code: 'protocol', message: 'The model is asleep', retryable: false },
  })
  expect(call('a').isAborted).toBe(true)
  expect(clock.waiting).toBe(0)
  expect(calls).toHaveLength(1)
})

test.each([
  ['plain text', 'out of memory', 'out of memory'],
  ['{ error }', { error: 'out of memory' }, 'out of memory'],
  ['nothing', '', expect.stringMatching(/error/)],
])('an error event with %s has a message too', async (_, data, message) => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('error', data)
  await arrive()
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'protocol', message } })
})

test('the same without event names', async () => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  manager.startTask('two', { id: 'b' })
  await arrive()
  call('a').raw('data: {"type":"progress","percent":40}\n\n')
  call('b').raw('data: {"type":"error","message":"no"}\n\n')
  await arrive()
  expect(task('a')?.progress).toBe(40)
  expect(task('b')).toMatchObject({ status: 'error', error: { message: 'no' } })
  call('a').raw('data: thinking\n\ndata: {"type":"complete","result":7}\n\n')
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: 7 })
})

test.each([
  ['250', 100],
  ['-5', 20],
  ['1e999', 100],
  ['45.5', 45.5],
  ['"45"', 45],
  ['null', 20],
  ['true', 20],
  ['[45]', 20],
])('a percent of %s shows %d', async (percent, progress) => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('progress', { percent: 20 })
  call('a').raw(`event: progress\ndata: {"percent":${percent}}\n\n`)
  await arrive()
  expect(task('a')).toMatchObject({ status: 'processing', progress, error: undefined })
})

test('a percent of NaN is no JSON: the task says so and goes on', async () => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').raw('event: progress\ndata: {"percent":NaN}\n\n')
  await arrive()
  expect(task('a')).toMatchObject({
    status: 'processing',
    progress: 0,
    error: { code: 'parse', body: '{"percent":NaN}' },
  })
  call('a').send('complete', { result: 1 })
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: 1, error: undefined })
})

test('a protocol that says NaN, or that a task is indeterminate', async () => {
  const updates = [{ indeterminate: true }, { progress: Number.NaN }, { progress: 7 }]
  const { manager, call, task, arrive } = benchTasks({
    protocol: { reader: () => ({ read: () => updates.shift() }) },
  })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').send('x', '')
  await arrive()
  expect(task('a')).toMatchObject({ indeterminate: true, progress: 0 })
  call('a').send('x', '')
  await arrive()
  expect(task('a')).toMatchObject({ indeterminate: true, progress: 0 })
  call('a').send('x', '')
  await arrive()
  expect(task('a')).toMatchObject({ indeterminate: false, progress: 7 })
})

test.each([
  ['complete', { result: 1 }, 'done'],
  ['error', { message: 'no' }, 'error'],
])('events after %s are not read, not even of the same chunk', async (event, data, status) => {
  const seen: string[] = []
  const { manager, call, task, arrive } = benchTasks({ onEvent: ({ type }) => seen.push(type) })
  manager.startTask('one', { id: 'a' })
  await arrive()
  const json = JSON.stringify(data)
  call('a').raw(
    `event: ${event}\ndata: ${json}\n\nevent: progress\ndata: {"percent":1}\n\nevent: complete\ndata: 2\n\n`,
  )
  await arrive()
  const ended = task('a')
  expect(ended?.status).toBe(status)
  expect(seen).toEqual([event])
  expect(call('a').isAborted).toBe(true)
  await arrive()
  expect(task('a')).toBe(ended)
})

test('before the first event a failed GET is tried again: five times, from 1 s up to 30 s', async () => {
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

test('an attempt that opens clears the error of the one before', async () => {
  const { manager, call, task, arrive, clock } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').fail()
  await clock.advance(1_000)
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
    expect(task('a')).toMatchObject({ status: 'error', progress: 40, error: { code } })
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

test('where its protocol can read it, one JSON document is an answer as well', async () => {
  const { manager, call, task, arrive } = benchTasks<unknown, object>({ protocol: mcpProgress() })
  manager.startTask({}, { id: 'a' })
  await arrive()
  call('a').accept('application/json; charset=utf-8')
  call('a').raw('{\n  "jsonrpc": "2.0", "id": 1,\n  "result": { "con')
  await arrive()
  call('a').raw('tent": [] }\n}')
  call('a').end()
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: { content: [] } })
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
  expect(task('a')).toMatchObject({ status: 'error', error: { code: 'incomplete' } })
})

test('a complete event that lacks its last blank line counts', async () => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').raw('event: complete\ndata: {"result":1}\n')
  call('a').end()
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: 1 })
})

test.each([
  ['complete', '12'],
  ['complete', 'a tune in "G'],
  ['note', '{}'],
])(
  'an unfinished %s event of %s does not count: more of it may be missing',
  async (event, data) => {
    const { manager, call, task, arrive } = benchTasks({ retry: false })
    manager.startTask('one', { id: 'a' })
    await arrive()
    call('a').raw(`event: ${event}\ndata: ${data}`)
    call('a').end()
    await arrive()
    expect(task('a')).toMatchObject({
      status: 'error',
      result: null,
      error: { code: 'incomplete' },
    })
  },
)

test('a given format wins over the content type, and over that of the protocol', async () => {
  const protocol = { ...progressEvents(), format: 'ndjson' } as const
  const { manager, call, task, arrive } = benchTasks({ protocol, format: 'sse' })
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').accept('text/html')
  call('a').send('complete', { result: 1 })
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: 1 })
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

test.each([
  ['application/x-ndjson', (json: string) => `${json}\n`],
  ['application/json-seq', (json: string) => `\u001e${json}\n`],
])('reads %s as well', async (type, frame) => {
  const { manager, call, task, arrive } = benchTasks()
  manager.startTask('one', { id: 'a' })
  await arrive()
  call('a').accept(type)
  call('a').raw(frame('{"type":"progress","percent":40}'))
  await arrive()
  expect(task('a')?.progress).toBe(40)
  call('a').raw(frame('{"type":"complete","result":1}'))
  await arrive()
  expect(task('a')).toMatchObject({ status: 'done', result: 1 })
})

test('the answers of tasks side by side never mix', async () => {
  const { manager, call, task, arrive } = benchTasks({ concurrency: 20 })
  const ids = Array.from({ length: 20 }, (_, index) => `t${index}`)
  for (const id of ids) manager.startTask(id, { id })
  await arrive()
  for (const [index, id] of ids.entries()) call(id).send('progress', { percent: index })
  await arrive()
  expect(ids.map((id) => task(id)?.progress)).toEqual(ids.map((_, index) => index))
})
