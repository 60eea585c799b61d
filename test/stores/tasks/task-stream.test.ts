// What the events of a task make of it.
import { expect, test } from 'vitest'
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
    error: { code: 'parse', body: '{"result":', url: '/api/generate?prompt=one&taskId=a' },
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
    error: {
      code: 'protocol',
      message: 'The model is asleep',
      retryable: false,
      url: '/api/generate?prompt=one&taskId=a',
    },
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
    error: { code: 'parse', body: '{"percent":NaN}', url: '/api/generate?prompt=one&taskId=a' },
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
