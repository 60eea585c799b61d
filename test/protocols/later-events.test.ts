/** What a later version of an API may send: events and fields with names like those that are known. */
import { expect, test } from 'vitest'
import { agUi } from '../../src/protocols/ag-ui.js'
import { aiSdk } from '../../src/protocols/ai-sdk.js'
import { openaiResponses } from '../../src/protocols/openai-responses.js'
import { receiveData } from './receive.js'

test('an item of the Responses API says nothing unless it is a message or reasoning', () => {
  const item = { type: 'agent_message', content: [{ type: 'text', text: 'No' }] }
  const { draft, ended } = receiveData(
    openaiResponses(),
    { type: 'response.agent_message.delta', output_index: 0, delta: 'No' },
    { type: 'response.output_item.added', output_index: 0, item },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { status: 'completed', output: [item] } },
  )
  expect([draft.snapshot().parts, ended]).toEqual([[], 'marker'])
})

test('a chunk of AI SDK’s is read by its whole type', () => {
  const { draft, ended } = receiveData(
    aiSdk(),
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', delta: 'Hi' },
    { type: 'text-image', id: '1', delta: 'No' },
    { type: 'reasoning-summary', id: '1', delta: 'No' },
    { type: 'file-delta', delta: 'No' },
    { type: 'tool-log', toolCallId: 'c1' },
    { type: 'finish' },
  )
  expect([draft.snapshot().parts, ended]).toEqual([[{ type: 'text', text: 'Hi' }], 'complete'])
})

test('an event of AG-UI’s is read by its whole type', () => {
  const { draft, ended } = receiveData(
    agUi(),
    { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm', delta: 'Hi' },
    { type: 'TEXT_MESSAGE_NOTE', messageId: 'm', delta: 'No' },
    { type: 'REASONING_MESSAGE_NOTE', messageId: 'n', delta: 'No' },
    { type: 'TOOL_CALL_NOTE', toolCallId: 'c1', delta: 'No' },
    { type: 'RUN_FINISHED' },
  )
  expect([draft.snapshot().parts, ended]).toMatchObject([
    [{ type: 'text', text: 'Hi' }],
    'complete',
  ])
})
