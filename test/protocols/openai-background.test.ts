import { expect, test } from 'vitest'
import { openaiBackground } from '../../src/protocols/openai-background.js'
import { receiveTaskData } from './receive-task.js'

const message = (...text: string[]) => ({
  type: 'message',
  content: text.map((each) => ({ type: 'output_text', text: each })),
})
const delta = (sequence_number: number, output_index: number, text: string) => ({
  type: 'response.output_text.delta',
  sequence_number,
  output_index,
  delta: text,
})

test('the text grows, one message after the other, and what is repeated is read once', () => {
  const task = receiveTaskData(
    openaiBackground(),
    { type: 'response.queued', sequence_number: 0, response: { status: 'queued' } },
    { type: 'response.in_progress', response: { status: 'in_progress' } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning' } },
    delta(1, 1, 'Hel'),
    delta(2, 1, 'lo'),
    delta(2, 1, 'lo'),
    delta(1, 1, 'Hel'),
    { type: 'response.output_text.done', output_index: 1, text: 'Hello' },
    delta(3, 2, 'Bye'),
  )
  expect(task).toMatchObject({ status: 'processing', stage: 'in_progress' })
  expect(task.result).toBe('Hello\n\nBye')
  expect(task).toMatchObject({ progress: null, indeterminate: true })
})

test('what an earlier page has read goes on where it was', () => {
  const reader = openaiBackground().reader('One\n\nTw')
  const read = (record: object) =>
    reader.read({ type: 'message', data: JSON.stringify(record), lastEventId: '' })
  expect(read(delta(7, 1, 'o'))).toEqual({ result: 'One\n\nTwo' })
  expect(read(delta(8, 1, '!'))).toEqual({ result: 'One\n\nTwo!' })
  read({ type: 'response.output_item.added', sequence_number: 9, output_index: 2 })
  expect(read(delta(10, 2, 'New'))).toEqual({ result: 'One\n\nTwo!\n\nNew' })
})

test('the end has the whole text, that of reasoning left out', () => {
  const response = {
    status: 'completed',
    error: null,
    output: [
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Greet' }] },
      message('He', 'llo'),
      message(''),
      message('Bye'),
    ],
  }
  const task = receiveTaskData(openaiBackground(), { type: 'response.completed', response })
  expect(task).toMatchObject({ status: 'done', result: 'Hello\n\nBye' })
})

test('a polled response without text is the result itself', () => {
  const response = { object: 'response', status: 'completed', output: [{ type: 'image' }] }
  expect(receiveTaskData(openaiBackground(), response).result).toEqual(response)
})

test.each([
  [{ status: 'failed', error: { code: 'server_error', message: 'Down' } }, 'Down'],
  [
    { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    'max_output_tokens',
  ],
  [{ status: 'cancelled' }, 'The response was cancelled'],
])('%o has failed, and keeps the text so far', (response, words) => {
  const type = `response.${response.status}`
  const task = receiveTaskData(openaiBackground(), delta(1, 0, 'Hel'), { type, response })
  expect(task).toMatchObject({ status: 'error', result: 'Hel', error: { message: words } })
})

test.each([[{ message: 'Busy' }], [{ error: { message: 'Busy' } }]])(
  'an event of an error, %o',
  (error) => {
    expect(receiveTaskData(openaiBackground(), { type: 'error', ...error })).toMatchObject({
      status: 'error',
      error: { message: 'Busy' },
    })
  },
)

test('the stage is what the model is busy with; other events change nothing', () => {
  const task = receiveTaskData(
    openaiBackground(),
    { type: 'response.web_search_call.searching', output_index: 0 },
    { type: 'keepalive' },
    { type: 'response.of_a_later_day', data: {} },
    { type: 'response.paused', response: { status: 'paused' } },
    '[DONE]',
  )
  expect(task).toMatchObject({ status: 'processing', stage: 'web_search_call.searching' })
})
