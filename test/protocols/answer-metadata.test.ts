/** Which model has answered, and under which id: pages show it, and support asks for it. */
import { expect, test } from 'vitest'
import * as protocols from '../../src/protocols/index.js'
import type { ChatProtocol } from '../../src/protocols/types.js'
import { receive, receiveData } from './receive.js'

const both = { id: 'a1', model: 'm-2' }
const answers: [string, ChatProtocol, event: object, metadata: object][] = [
  ['openaiChat', protocols.openaiChat(), both, both],
  [
    'openaiResponses',
    protocols.openaiResponses(),
    { type: 'response.created', response: both },
    both,
  ],
  ['anthropic', protocols.anthropic(), { type: 'message_start', message: both }, both],
  ['gemini', protocols.gemini(), { responseId: 'a1', modelVersion: 'm-2' }, both],
  [
    'geminiInteractions',
    protocols.geminiInteractions(),
    { event_type: 'interaction.created', interaction: both },
    both,
  ],
  ['cohere', protocols.cohere(), { type: 'message-start', id: 'a1' }, { id: 'a1' }],
]

test.each(answers)('%s', (_, protocol, event, metadata) => {
  expect(receiveData(protocol, event).draft.snapshot()).toMatchObject({ metadata })
})

test('ollama', () => {
  const line = JSON.stringify({ model: 'm-2', message: { content: 'Hi' }, done: true })
  const { draft } = receive(protocols.ollama(), 'ndjson', [`${line}\n`])
  expect(draft.snapshot().metadata).toEqual({ model: 'm-2' })
})
