import { expect, test } from 'vitest'
import { replicate } from '../../src/protocols/replicate.js'
import { receiveTaskData, receiveTaskEvents } from './receive-task.js'

test('output is text, not JSON, even where it looks like it', () => {
  const task = receiveTaskEvents(
    replicate(),
    ['output', '{"a":'],
    ['output', '1}'],
    ['output', '\n42'],
    ['done', '{}'],
  )
  expect(task).toMatchObject({ status: 'done', result: '{"a":1}\n42', errors: [] })
})

test('one file is its URL, several are a list', () => {
  const files = ['https://r.delivery/a.png', 'data:image/png;base64,AA==']
  const [one, two] = files.map((file): [string, string] => ['output', file])
  expect(receiveTaskEvents(replicate(), one!, ['done', '{}']).result).toBe(files[0])
  expect(receiveTaskEvents(replicate(), one!, two!, ['done', '{}']).result).toEqual(files)
  const mixed = receiveTaskEvents(replicate(), one!, ['output', ' is it'], ['done', '{}'])
  expect(mixed.result).toBe('https://r.delivery/a.png is it')
})

test('text is no file, though it has a URL in it', () => {
  const pieces = ['https://a.test is', ' at https://a.test']
  const events = pieces.map((piece): [string, string] => ['output', piece])
  expect(receiveTaskEvents(replicate(), ...events).result).toBe(pieces.join(''))
  const output = [' at https://a.test', 'http://a.test is']
  expect(receiveTaskData(replicate(), { status: 'processing', output }).result).toBe(
    output.join(''),
  )
})

test.each([
  ['Once', ' upon', 'Once upon'],
  ['http://a.test/1', 'http://a.test/2', ['http://a.test/1', 'http://a.test/2']],
  [['http://a.test/1', 'http://a.test/2'], 'http://a.test/3', { length: 3 }],
])('what an earlier page has read, %o, goes on where it was', (before, data, result) => {
  const reader = replicate().reader(before)
  expect(reader.read({ type: 'output', data, lastEventId: '' })).toMatchObject({ result })
})

test('an event of an error is told in its words', () => {
  expect(receiveTaskEvents(replicate(), ['error', 'CUDA out of memory'])).toMatchObject({
    status: 'error',
    error: { message: 'CUDA out of memory' },
  })
})

test('progress is that of a progress bar in the logs, and another bar begins anew', () => {
  const begun = receiveTaskEvents(replicate(), ['output', 'a'])
  expect(begun).toMatchObject({ progress: null, indeterminate: true })
  const task = receiveTaskEvents(
    replicate(),
    ['logs', ' 90%|█████████ | 9/10'],
    ['logs', '  4%|▍         | 1/25 [00:00<00:03]\n 45%|████▌     | 13/28'],
    ['output', 'a'],
  )
  expect(task).toMatchObject({ progress: 45, indeterminate: false })
  expect(task.logs).toHaveLength(3)
  const lower = receiveTaskEvents(replicate(), ['logs', ' 90%|███'], ['logs', ' 10%|█'])
  expect(lower.progress).toBe(10)
})

test('an unknown event changes nothing', () => {
  const task = receiveTaskEvents(replicate(), ['heartbeat', 'x'], ['done', '{}'])
  expect(task).toMatchObject({ status: 'done', result: null, errors: [] })
})

test.each([
  ['{"reason":"error"}', 'The prediction failed'],
  ['{"reason":"canceled"}', 'The prediction was canceled'],
])('done with %s is no success', (data, message) => {
  const task = receiveTaskEvents(replicate(), ['done', data])
  expect(task).toMatchObject({ status: 'error', error: { code: 'protocol', message } })
})

test('a polled prediction: its logs are read once, its output is joined', () => {
  const task = receiveTaskData(
    replicate(),
    { status: 'starting', output: null, logs: '' },
    { status: 'processing', output: ['On', 'ce'], logs: ' 10%|█  | 1/10\n' },
    { status: 'succeeded', output: ['On', 'ce', ' upon'], logs: ' 10%|█  | 1/10\n 80%|█ | 8/10\n' },
  )
  expect(task).toMatchObject({ status: 'done', result: 'Once upon', progress: 80 })
  expect(task.logs).toEqual([' 10%|█  | 1/10', ' 80%|█ | 8/10'])
})

test.each([
  [{ status: 'failed', error: 'CUDA out of memory' }, 'CUDA out of memory'],
  [{ status: 'canceled', error: null }, 'The prediction was canceled'],
  [{ status: 'aborted' }, 'The prediction was aborted'],
])('a polled prediction that is %o has failed', (prediction, message) => {
  const task = receiveTaskData(replicate(), prediction)
  expect(task).toMatchObject({ status: 'error', error: { message } })
})

test('pieces of text may be empty', () => {
  const output = ['', 'Once', ' upon', '']
  expect(receiveTaskData(replicate(), { status: 'succeeded', output }).result).toBe('Once upon')
})

test.each([[[{ url: 'a' }]], [[null, 'Once']], [[]]])(
  'a list of anything else stays a list: %o',
  (output) => {
    expect(receiveTaskData(replicate(), { status: 'succeeded', output }).result).toEqual(output)
  },
)

test('a polled list of files stays a list', () => {
  const output = ['https://r.delivery/a.png', 'https://r.delivery/b.png']
  expect(receiveTaskData(replicate(), { status: 'succeeded', output }).result).toEqual(output)
})
