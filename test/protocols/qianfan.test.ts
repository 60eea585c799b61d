import { expect, test } from 'vitest'
import { qianfan } from '../../src/protocols/qianfan.js'
import { startChat } from '../stores/chat/chat-support.js'
import { answeredCall, bodyOf, message } from './conversation.js'
import { receive, receiveData } from './receive.js'

test.each([
  ['normal', 'stop'],
  ['stop', 'stop'],
  ['length', 'length'],
  ['content_filter', 'content-filter'],
  ['function_call', 'tool-calls'],
])('%s', (raw, finishReason) => {
  const { draft, ended } = receiveData(
    qianfan(),
    { result: 'Hi', is_end: false },
    { result: '', is_end: true, finish_reason: raw },
  )
  expect(draft.snapshot()).toMatchObject({ content: 'Hi', finishReason, rawFinishReason: raw })
  expect(ended).toBe('marker')
})

test('sources are there once', () => {
  const found = [{ index: 1, url: 'https://example.com/a', title: 'A' }, { index: 2 }]
  const search_info = { search_results: found }
  const piece = { result: '', is_end: false, search_info }
  expect(receiveData(qianfan(), piece, piece).draft.snapshot().parts).toEqual([
    { type: 'source', url: 'https://example.com/a', title: 'A' },
  ])
})

test('version 2, and what nobody knows', () => {
  const { draft, ended, errors } = receiveData(
    qianfan(),
    { hello: 1 },
    { choices: [{ index: 0, delta: { content: 'Hi' } }] },
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    '[DONE]',
  )
  expect([draft.content, ended, errors]).toEqual(['Hi', 'marker', []])
})

test('without an end it was cut', () => {
  const piece = { result: 'Hi', is_end: false }
  expect(receiveData(qianfan(), piece).ended).toBe('cut')
  expect(receiveData(qianfan(), { ...piece, finish_reason: 'normal' }).ended).toBe('cut')
})

test('an answer that does not stream is read', () => {
  const { draft, ended } = receive(qianfan(), 'json-seq', ['{"id":"as-1","result":"Hi"}'])
  expect([draft.content, ended]).toEqual(['Hi', 'marker'])
})

test('an error that comes with the status 200 fails the turn', async () => {
  const { chat, nextCall } = startChat({ protocol: qianfan() })
  const sent = chat.sendMessage('Hi')
  const call = await nextCall()
  await call.answer(200, '{"error_code":17,"error_msg":"Open api daily request limit reached"}')
  await expect(sent).rejects.toMatchObject({
    code: 'protocol',
    message: 'Open api daily request limit reached',
  })
})

test('the request has the system’s words beside the messages', () => {
  const history = [
    message('system', 'Be brief'),
    message('system', 'Be kind'),
    message('user', 'Hi'),
  ]
  expect(bodyOf(qianfan(), history)).toEqual({
    system: 'Be brief\n\nBe kind',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
  })
})

test('the request has user and assistant by turns, as the API wants them', () => {
  const call = message('assistant', '', [answeredCall])
  const history = [
    message('assistant', 'How can I help?'),
    message('user', 'Hi'),
    message('user', 'Anybody there?'),
    message('assistant', 'Yes'),
    message('user', 'Is it cold?'),
    call,
    message('user', 'Well?'),
  ]
  expect(bodyOf(qianfan(), history)['messages']).toEqual([
    { role: 'user', content: 'Hi\n\nAnybody there?' },
    { role: 'assistant', content: 'Yes' },
    { role: 'user', content: 'Is it cold?\n\nWell?' },
  ])
})
