import { expect, test } from 'vitest'
import { dify } from '../../../src/protocols/dify.js'
import type { MessagePart } from '../../../src/protocols/message/message.js'
import { receiveData } from '../receive.js'

const thought = { event: 'agent_thought', id: 'a1', position: 1, thought: '' }

function callsIn(...events: object[]): readonly MessagePart[] {
  return receiveData(dify(), ...events.map((event) => ({ ...thought, ...event }))).draft.snapshot()
    .parts
}

test('an agent may call several tools at once, and names what it gives and gets', () => {
  const calls = {
    tool: 'weather;time',
    tool_input: '{"weather": {"city": "Oslo"}, "time": {"zone": "CET"}}',
  }
  const observation = '{"weather": "3 °C", "time": ""}'
  expect(callsIn({}, calls, { ...calls, observation })).toMatchObject([
    { id: 'a1', name: 'weather', args: { city: 'Oslo' }, state: 'done', result: '3 °C' },
    { id: 'a1-1', name: 'time', args: { zone: 'CET' }, state: 'done', result: '' },
  ])
})

test('of several calls of one tool it tells the last', () => {
  const calls = { tool: 'weather;weather', tool_input: '{"weather": {"city": "Oslo"}}' }
  expect(callsIn(calls, { ...calls, observation: '{"weather": "3 °C"}' })).toMatchObject([
    { id: 'a1', name: 'weather', args: { city: 'Oslo' }, result: '3 °C' },
  ])
})

test.each([
  ['{"city": "Oslo"}', '3 °C', { city: 'Oslo' }, '3 °C'],
  ['{"weather": "Oslo"}', '{"weather": {"celsius": 3}}', 'Oslo', { celsius: 3 }],
  ['{}', '[3]', {}, '[3]'],
  ['{"weather": null}', 'null', null, 'null'],
  ['', '{"weather', {}, '{"weather'],
])('a call with %j that gives %j', (tool_input, observation, args, result) => {
  expect(callsIn({ tool: 'weather', tool_input, observation })).toMatchObject([
    { args, result, state: 'done' },
  ])
})

test('a tool may have any name', () => {
  const calls = { tool: 'constructor;toString', tool_input: '{"toString": {"a": 1}}' }
  expect(callsIn({ ...calls, observation: '{}' })).toMatchObject([
    { name: 'constructor', argsText: calls.tool_input, result: '{}' },
    { name: 'toString', argsText: '{"a":1}', result: '{}' },
  ])
})
