import { expect, test } from 'vitest'
import { mcpProgress } from '../../src/protocols/mcp-progress.js'
import { receiveTaskData } from './receive-task.js'

const progress = (params: object) => ({ jsonrpc: '2.0', method: 'notifications/progress', params })

test('without a token all progress is read; a numeric token is one as well', () => {
  const params = { progressToken: 7, progress: 1, total: 4, message: 'Reading' }
  const task = { progress: 25, loaded: 1, total: 4, stage: 'Reading' }
  expect(receiveTaskData(mcpProgress(), progress(params))).toMatchObject(task)
  expect(receiveTaskData(mcpProgress({ token: 7 }), progress(params))).toMatchObject(task)
  expect(receiveTaskData(mcpProgress({ token: 8 }), progress(params)).progress).toBeNull()
})

test.each([[{ progress: 5 }], [{ progress: 5, total: 0 }], [{ progress: 5, total: null }]])(
  '%o says how much is done, not of how much',
  (params) => {
    expect(receiveTaskData(mcpProgress(), progress(params))).toMatchObject({
      progress: null,
      loaded: 5,
      indeterminate: true,
    })
  },
)

test('requests of the server, and notifications of a later day, change nothing', () => {
  const task = receiveTaskData(
    mcpProgress(),
    { jsonrpc: '2.0', id: 1, method: 'sampling/createMessage', params: {} },
    { jsonrpc: '2.0', method: 'notifications/tools/list_changed' },
    { jsonrpc: '2.0', id: 1 },
  )
  expect(task).toMatchObject({ status: 'processing', errors: [] })
})

test('log messages are text or data', () => {
  const log = (data: unknown) => ({
    method: 'notifications/message',
    params: { level: 'info', data },
  })
  const task = receiveTaskData(mcpProgress(), log('one\ntwo'), log({ rows: 3 }))
  expect(task.logs).toEqual(['one', 'two', '{"rows":3}'])
})

test('a batch is read message by message', () => {
  const batch = [progress({ progress: 1, total: 2 }), { id: 1, result: { content: [] } }]
  expect(receiveTaskData(mcpProgress(), batch)).toMatchObject({
    status: 'done',
    progress: 50,
    result: { content: [] },
  })
})

test('all log messages of a batch are read', () => {
  const batch = ['one', 'two'].map((data) => ({
    method: 'notifications/message',
    params: { data },
  }))
  expect(
    receiveTaskData(mcpProgress(), [...batch, progress({ progress: 1, total: 2 })]),
  ).toMatchObject({
    progress: 50,
    logs: ['one', 'two'],
  })
})

test('an error is told in its words, in a batch too', () => {
  const error = { id: 1, error: { code: -32602, message: 'No such tool' } }
  for (const answer of [error, [progress({ progress: 1 }), error]]) {
    expect(receiveTaskData(mcpProgress(), answer)).toMatchObject({
      status: 'error',
      error: { message: 'No such tool' },
    })
  }
})

test('a tool that fails is told in its words, and its result is kept', () => {
  const content = [{ type: 'text', text: 'No such file' }, { type: 'image' }]
  const result = { isError: true, content }
  expect(receiveTaskData(mcpProgress(), { id: 1, result })).toMatchObject({
    status: 'error',
    result,
    error: { message: 'No such file' },
  })
})

test('a tool that needs an answer first has failed, in its words', () => {
  const city = { method: 'elicitation/create', params: { message: 'Which city?' } }
  const day = { method: 'elicitation/create', params: { message: 'Which day?' } }
  const result = { resultType: 'input_required', inputRequests: { city, day } }
  expect(receiveTaskData(mcpProgress(), { id: 1, result })).toMatchObject({
    status: 'error',
    result,
    error: { message: 'Which city?\nWhich day?' },
  })
})

test.each([
  ['complete', 'done', undefined],
  ['input_required', 'error', 'The server says input_required'],
  ['task', 'error', 'The server says task'],
])('a result of the type %s: the task is %s', (resultType, status, message) => {
  const task = receiveTaskData(mcpProgress(), { id: 1, result: { resultType } })
  expect(task).toMatchObject({ status, result: { resultType } })
  expect(task.error?.message).toBe(message)
})

test('an error in HTTP', () => {
  const body = '{"jsonrpc":"2.0","error":{"code":-32000,"message":"No session"},"id":null}'
  expect(mcpProgress().errorMessage?.(body, 400)).toBe('No session')
})
