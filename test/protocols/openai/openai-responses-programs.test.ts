/** A program that the model has written calls the page's tools, and ends in a later reply. */
import { expect, test } from 'vitest'
import { openaiResponses } from '../../../src/protocols/openai-responses.js'
import type { ChatMessage } from '../../../src/protocols/message/message.js'
import { answered, bodyOf, message } from '../conversation.js'
import { receiveData } from '../receive.js'

const caller = { type: 'program', caller_id: 'p1' }
const program = { type: 'program', id: 'prog_1', call_id: 'p1', code: 'x', fingerprint: 'f' }
const call = { type: 'function_call', call_id: 'c1', name: 'stock', arguments: '{}', caller }
const custom = { type: 'custom_tool_call', call_id: 'c2', name: 'sql', input: 'select', caller }
const output = { type: 'program_output', id: 'o1', call_id: 'p1', result: '7', status: 'completed' }
const said = { type: 'message', content: [{ type: 'output_text', text: 'It is 7.' }] }

function reply(...items: object[]): ChatMessage {
  const events = items.flatMap((item, output_index) => [
    { type: 'response.output_item.added', output_index, item },
    { type: 'response.output_item.done', output_index, item },
  ])
  const done = { type: 'response.completed', response: { status: 'completed' } }
  const { content, parts } = receiveData(openaiResponses(), ...events, done).draft.snapshot()
  return message('assistant', content, answered(parts, 'rows'))
}

test('goes back with its calls, which say who has called, and so do their outputs', () => {
  const messages = [reply(program, call, custom), reply(output, said)]
  expect(bodyOf(openaiResponses(), messages)['input']).toEqual([
    program,
    call,
    custom,
    { type: 'function_call_output', call_id: 'c1', output: 'rows', caller },
    { type: 'custom_tool_call_output', call_id: 'c2', output: 'rows', caller },
    output,
    { role: 'assistant', content: 'It is 7.' },
  ])
})
