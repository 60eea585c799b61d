import { expect, test } from 'vitest'
import { gradio } from '../../src/protocols/gradio.js'
import { receiveTaskData, receiveTaskEvents } from './receive-task.js'

const bar = (...progress_data: object[]) => ({ msg: 'progress', event_id: 'e1', progress_data })
const generating = (...data: unknown[]) => ({ msg: 'process_generating', output: { data } })
const streaming = (...data: unknown[]) => ({ msg: 'process_streaming', output: { data } })

test('an inner bar counts for its step of the outer one', () => {
  const outer = { index: 1, length: 4, unit: 'steps', progress: null, desc: 'Epochs' }
  const inner = { index: 5, length: 10, unit: 'it', progress: null, desc: 'Batches' }
  expect(receiveTaskData(gradio(), bar(outer, inner))).toMatchObject({
    progress: 37.5,
    loaded: 1,
    total: 4,
    stage: 'Batches',
  })
})

test.each([
  [{ index: null, length: null, progress: 0.3, desc: 'Loading' }, 30],
  [{ index: 0, length: 4, progress: null, desc: null }, 0],
])('a bar of %o is at %d %%', (tracker, progress) => {
  expect(receiveTaskData(gradio(), bar(tracker)).progress).toBeCloseTo(progress)
})

test('a bar without a length says how much is done, not of how much', () => {
  const tracker = { index: 7, length: null, progress: null, desc: null }
  expect(receiveTaskData(gradio(), bar(tracker))).toMatchObject({
    progress: null,
    loaded: 7,
    indeterminate: true,
  })
  expect(receiveTaskData(gradio(), bar())).toMatchObject({ progress: null })
})

test('a second bar after the first begins anew, the same one does not', () => {
  const load = { index: 4, length: 4, desc: 'Load', unit: 'it' }
  const mix = { index: 1, length: 10, desc: 'Mix', unit: 'it' }
  const first = { type: 'message', data: JSON.stringify(bar(mix)), lastEventId: '' }
  expect(gradio().reader().read(first)).toMatchObject({ progress: 10, restarted: false })
  expect(receiveTaskData(gradio(), bar(load), bar(mix)).progress).toBe(10)
  expect(receiveTaskData(gradio(), bar(load), bar({ ...load, index: 1 })).progress).toBe(100)
})

test('messages of another event of the session are not read; those for all are', () => {
  const mine = gradio({ eventId: 'e1' })
  const done = { msg: 'process_completed', success: true, output: { data: [1] } }
  expect(receiveTaskData(mine, { ...done, event_id: 'e2' }).status).toBe('processing')
  expect(receiveTaskData(mine, { ...done, event_id: 'e1' }).status).toBe('done')
  const broken = { msg: 'unexpected_error', event_id: null, message: 'Session not found' }
  expect(receiveTaskData(mine, broken)).toMatchObject({
    status: 'error',
    error: { message: 'Session not found' },
  })
})

test('what a generator yields comes whole first, then as edits', () => {
  const task = receiveTaskData(
    gradio(),
    generating('Hel', [{ role: 'user', text: 'a' }]),
    generating([['append', [], 'lo']], []),
    generating(
      [],
      [
        ['replace', [0, 'role'], 'bot'],
        ['append', [0, 'text'], 'bc'],
        ['add', [0, 'done'], true],
        ['add', [1], { text: 'new' }],
      ],
    ),
  )
  expect(task.result).toEqual([
    'Hello',
    [{ role: 'bot', text: 'abc', done: true }, { text: 'new' }],
  ])
})

test('what an earlier page has read is what the next edits change', () => {
  const data = JSON.stringify(generating([['append', [], 'lo']]))
  const update = gradio().reader(['Hel']).read({ type: 'message', data, lastEventId: '' })
  expect(update).toEqual({ result: ['Hello'] })
})

test('edits delete, and leave what was published before alone', () => {
  const reader = gradio().reader()
  const read = (data: object) =>
    reader.read({ type: 'message', data: JSON.stringify(data), lastEventId: '' })?.result
  const first = read(generating(['a', 'b'], { x: 1, y: 2 }))
  const second = read(generating([['delete', [0], null]], [['delete', ['x'], null]]))
  expect(first).toEqual([['a', 'b'], { x: 1, y: 2 }])
  expect(second).toEqual([['b'], { y: 2 }])
})

test.each([
  [
    ['a', 'b'],
    ['add', [1], 'x'],
    ['a', 'x', 'b'],
  ],
  [
    ['a', 'b'],
    ['replace', [0], 'x'],
    ['x', 'b'],
  ],
  [['a', 'b'], ['delete', [1], null], ['a']],
  [{ rows: [['a', 'b']] }, ['add', ['rows', 0, 1], 'x'], { rows: [['a', 'x', 'b']] }],
  [{ rows: [['a', 'b']] }, ['replace', ['rows', 0, 0], 'x'], { rows: [['x', 'b']] }],
  [{ rows: [{ a: 1, b: 2 }] }, ['delete', ['rows', 0, 'a'], null], { rows: [{ b: 2 }] }],
])('%o, edited by %o', (before, edit, after) => {
  const task = receiveTaskData(gradio(), generating(before), generating([edit]))
  expect(task.result).toEqual([after])
})

test.each([
  [[['append', [], 'lo']], 'not this one'],
  [[['append', 'lo']]],
  [[['unknown', ['lo']]]],
  [[['do not delete', [0]]]],
  [[['deleted', [0]]]],
])('outputs that only look like edits are none: %o', (...outputs) => {
  const task = receiveTaskData(gradio(), generating('Hel', 'a'), generating(...outputs))
  expect(task.result).toEqual(outputs)
})

test('whole outputs each time, as older servers send them, are taken as they are', () => {
  const task = receiveTaskData(gradio(), generating('a'), generating('ab'), streaming(['x', 'y']))
  expect(task.result).toEqual([['x', 'y']])
})

test('the end may come without outputs: then they are those before', () => {
  const end = { msg: 'process_completed', success: true, output: {} }
  expect(receiveTaskData(gradio(), generating('ab'), end)).toMatchObject({
    status: 'done',
    result: ['ab'],
  })
  const whole = { ...end, output: { data: [[]] } }
  expect(receiveTaskData(gradio(), generating('ab'), whole).result).toEqual([[]])
})

test.each([
  [{ msg: 'process_completed', success: false, output: { error: 'no memory' } }, 'no memory'],
  [{ msg: 'process_completed', success: false, output: { error: null }, title: 'Error' }, 'Error'],
  [{ msg: 'process_generating', success: false, output: { error: 'no' } }, 'no'],
  [{ msg: 'queue_full' }, 'The queue is full'],
])('%o has failed', (message, words) => {
  expect(receiveTaskData(gradio(), message)).toMatchObject({
    status: 'error',
    error: { message: words },
  })
})

test('log lines, heartbeats and messages of a later day', () => {
  const task = receiveTaskData(
    gradio(),
    { msg: 'heartbeat' },
    { msg: 'estimation', rank: 2, queue_size: 3 },
    { msg: 'log', log: 'Loading', level: 'info' },
    { msg: 'new_in_gradio_9', anything: 1 },
    { msg: 'close_stream' },
  )
  expect(task).toMatchObject({ status: 'processing', logs: ['Loading'], errors: [] })
  expect(task).toMatchObject({ stage: 'estimation', indeterminate: true })
  expect(receiveTaskData(gradio(), { msg: 'process_starts' })).toMatchObject({
    stage: 'process_starts',
    indeterminate: true,
  })
})

test('the call API names its events', () => {
  expect(receiveTaskEvents(gradio(), ['error', '"Too long"'])).toMatchObject({
    status: 'error',
    error: { message: 'Too long' },
  })
  expect(receiveTaskEvents(gradio(), ['error', 'null'])).toMatchObject({
    error: { message: 'The server reported an error' },
  })
  const begun: [string, string][] = [
    ['heartbeat', 'null'],
    ['ping', 'now'],
    ['generating', '["a"]'],
  ]
  expect(receiveTaskEvents(gradio(), ...begun)).toMatchObject({
    status: 'processing',
    result: ['a'],
    errors: [],
  })
  expect(receiveTaskEvents(gradio(), ...begun, ['complete', '["ab"]'])).toMatchObject({
    status: 'done',
    result: ['ab'],
  })
})
