import { expect, test } from 'vitest'
import { a2a } from '../../src/protocols/a2a.js'
import { receiveTaskData, receiveTaskEvents } from './receive-task.js'

const said = (...text: string[]) => ({ role: 'agent', parts: text.map((each) => ({ text: each })) })
const status = (state: string, message?: object) => ({
  statusUpdate: { status: { state, message } },
})
const artifact = (id: string, append: boolean, ...parts: object[]) => ({
  artifactUpdate: { append, artifact: { artifactId: id, parts } },
})

test('version 1.0 over plain HTTP: no envelope, and no `final`', () => {
  const task = receiveTaskData(
    a2a(),
    { task: { id: 't', status: { state: 'TASK_STATE_SUBMITTED' } } },
    status('TASK_STATE_WORKING', said('Looking ', 'it up')),
    artifact('a', false, { text: 'One' }),
    artifact('b', false, { text: 'Two' }),
    artifact('a', true, { text: ' more' }),
    status('TASK_STATE_COMPLETED'),
  )
  expect(task).toMatchObject({ status: 'done', result: 'One more\n\nTwo', progress: null })
})

test('while it works the stage is what the agent says, and the result grows', () => {
  const task = receiveTaskData(
    a2a(),
    artifact('a', false, { text: 'One' }),
    status('TASK_STATE_WORKING', said('Looking it up')),
  )
  expect(task).toMatchObject({
    status: 'processing',
    stage: 'Looking it up',
    result: 'One',
    indeterminate: true,
  })
})

test('what an earlier page has read goes on where it was', () => {
  const reader = a2a().reader('One\n\nTw')
  const read = (record: object) =>
    reader.read({ type: 'message', data: JSON.stringify(record), lastEventId: '' })
  expect(read(artifact('b', true, { text: 'o' }))).toEqual({ result: 'One\n\nTwo' })
  expect(read(artifact('b', true, { text: '!' }))).toEqual({ result: 'One\n\nTwo!' })
  expect(read(artifact('c', false, { text: 'New' }))).toEqual({ result: 'One\n\nTwo!\n\nNew' })
})

test('so do parts that are not text', () => {
  const before = [{ text: 'See' }, { file: { uri: 'https://x/y.pdf' } }]
  const more = { type: 'message', data: JSON.stringify(artifact('b', true, { text: '!' })) }
  const result = [...before, { text: '!' }]
  expect(
    a2a()
      .reader(before)
      .read({ ...more, lastEventId: '' }),
  ).toEqual({ result })
})

test('what an agent says without words is not its words', () => {
  const task = receiveTaskData(a2a(), status('failed', { parts: [{ data: {} }] }))
  expect(task).toMatchObject({ stage: 'failed', error: { message: 'The task was failed' } })
})

test('an artifact that is not appended to is replaced', () => {
  const task = receiveTaskData(
    a2a(),
    artifact('a', false, { text: 'Draft' }),
    artifact('a', false, { text: 'Final' }),
  )
  expect(task.result).toBe('Final')
})

test('an artifact of 30,000 words, each a part: its cost does not grow with the square', () => {
  const reader = a2a().reader()
  const data = JSON.stringify(artifact('a', true, { text: 'word ' }))
  const words = Array.from({ length: 30_000 }, () => 'word ')
  const updates = words.map(() => reader.read({ type: 'message', data, lastEventId: '' }))
  expect(updates.at(-1)).toEqual({ result: words.join('') })
})

test('parts that are not text are the result as they are', () => {
  const file = { kind: 'file', file: { uri: 'https://x/y.pdf' } }
  const task = receiveTaskData(a2a(), artifact('a', false, { text: 'See' }, file))
  expect(task.result).toEqual([{ text: 'See' }, file])
})

test.each([
  ['TASK_STATE_FAILED', 'No quota', 'No quota'],
  ['TASK_STATE_CANCELED', '', 'The task was canceled'],
  ['TASK_STATE_CANCELLED', '', 'The task was cancelled'],
  ['rejected', '', 'The task was rejected'],
  ['TASK_STATE_INPUT_REQUIRED', 'Which city?', 'Which city?'],
  ['auth-required', '', 'The agent says auth-required'],
])('%s with "%s" has failed', (state, text, words) => {
  const message = text ? said(text) : undefined
  expect(receiveTaskData(a2a(), status(state, message))).toMatchObject({
    status: 'error',
    error: { message: words },
  })
})

test('a task as `tasks/get` answers it, with or without an envelope', () => {
  const task = {
    id: 't',
    status: { state: 'completed' },
    artifacts: [{ artifactId: 'a', parts: [{ text: 'One' }] }],
  }
  for (const answer of [
    task,
    { task },
    { jsonrpc: '2.0', id: 1, result: { kind: 'task', ...task } },
  ]) {
    expect(receiveTaskData(a2a(), answer)).toMatchObject({ status: 'done', result: 'One' })
  }
})

test('version 0.3 over plain HTTP calls the parts of a message its content', () => {
  const message = (text: string) => ({ role: 'ROLE_AGENT', content: [{ text }] })
  expect(receiveTaskData(a2a(), { message: message('Just this') }).result).toBe('Just this')
  expect(receiveTaskData(a2a(), status('TASK_STATE_FAILED', message('No quota')))).toMatchObject({
    stage: 'No quota',
    error: { message: 'No quota' },
  })
})

test('without artifacts the result is what the agent says at the end, or null', () => {
  const end = (message?: object) => receiveTaskData(a2a(), status('completed', message)).result
  expect(end(said('All is well'))).toBe('All is well')
  expect(end()).toBeNull()
})

test('an agent that does not stream answers in one document', () => {
  const { detectFormat } = a2a()
  expect(detectFormat?.('application/json')).toBe('json-seq')
  expect(detectFormat?.('application/a2a+json; charset=utf-8')).toBe('json-seq')
  expect(detectFormat?.(null)).toBeUndefined()
  expect(detectFormat?.('text/event-stream')).toBe('sse')
})

test('an error of JSON-RPC, and records of a later day', () => {
  const error = { jsonrpc: '2.0', id: 1, error: { code: -32001, message: 'Task not found' } }
  expect(receiveTaskData(a2a(), { kind: 'news' }, {}, error)).toMatchObject({
    status: 'error',
    error: { message: 'Task not found' },
    errors: [],
  })
})

test('an error of version 0.3 over plain HTTP is one by the name of its event', () => {
  const error = { code: -32603, message: 'The agent has crashed' }
  expect(receiveTaskEvents(a2a(), ['error', error])).toMatchObject({
    status: 'error',
    error: { message: 'The agent has crashed' },
  })
})
