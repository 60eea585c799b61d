import { expect, test } from 'vitest'
import { aiSdkData } from '../../src/protocols/ai-sdk-data.js'
import { createDraft } from '../../src/protocols/message/draft.js'
import type { ToolCallPart } from '../../src/protocols/message/message.js'
import { startChat } from '../stores/chat/chat-support.js'
import { answeredCall, bodyOf, linkedImage, message } from './conversation.js'
import { receive, type Received } from './receive.js'

function receiveLines(...lines: string[]): Received {
  return receive(aiSdkData(), 'ndjson', [lines.map((line) => `${line}\n`).join('')])
}

const call = { type: 'tool-call', id: 'c1', name: 'weather' }

test.each([
  [
    ['g:"Hm"', 'g:" ok"', 'j:{"signature":"s"}', '0:"Hi"'],
    [{ type: 'reasoning', text: 'Hm ok', signature: 's' }, { text: 'Hi' }],
  ],
  [
    ['g:"Hm"', '0:"Hi"', 'g:"So"', 'j:{"signature":"s"}', 'g:"Ah"'],
    [{ text: 'Hm' }, { text: 'Hi' }, { text: 'So', signature: 's' }, { text: 'Ah' }],
  ],
  [
    [
      'g:"Hm"',
      '2:[1]',
      '8:[2]',
      'h:{"url":"https://a.b"}',
      'k:{}',
      'g:" ok"',
      'j:{"signature":"s"}',
    ],
    [
      { type: 'reasoning', text: 'Hm ok', signature: 's' },
      { name: 'data' },
      { name: 'annotation' },
      { type: 'source' },
      { type: 'file' },
    ],
  ],
  [
    ['9:{"toolCallId":"c1","toolName":"weather","args":{"city":"Oslo"}}'],
    [{ ...call, args: { city: 'Oslo' }, state: 'ready' }],
  ],
  [
    [
      'b:{"toolCallId":"c1","toolName":"weather"}',
      'c:{"toolCallId":"c1","argsTextDelta":"{\\"city\\":"}',
      'c:{"toolCallId":"c1","argsTextDelta":"\\"Oslo\\"}"}',
      'a:{"toolCallId":"c1","result":null}',
    ],
    [{ ...call, args: { city: 'Oslo' }, state: 'done', result: null }],
  ],
  [
    ['h:{"sourceType":"url","id":"s","url":"https://example.com/a","title":"A"}'],
    [{ type: 'source', url: 'https://example.com/a', title: 'A' }],
  ],
  [
    ['k:{"data":"AA==","mimeType":"image/png"}'],
    [{ type: 'file', data: 'AA==', mediaType: 'image/png' }],
  ],
  [
    ['2:[{"a":1},2]', '8:["x"]'],
    [
      { name: 'data', data: { a: 1 } },
      { name: 'data', data: 2 },
      { name: 'annotation', data: 'x' },
    ],
  ],
  [['9:"odd"', 'a:null'], [{ type: 'tool-call', name: '', args: {}, state: 'ready' }]],
  [
    ['i:{"data":"x"}'],
    [{ type: 'data', name: 'aiSdkData', data: { type: 'redacted', data: 'x' } }],
  ],
  [['z:{"new":1}', '4:{"role":"assistant"}'], []],
])('%j', (lines, parts) => {
  const { draft, errors } = receiveLines(...lines)
  expect(draft.snapshot().parts).toMatchObject(parts)
  expect(draft.snapshot().parts).toHaveLength(parts.length)
  expect(errors).toEqual([])
})

test('a broken line is reported, and the others of its piece are read', () => {
  const { draft, errors } = receiveLines('0:"He', '0:"llo"', 'd:{"finishReason":"length"}')
  expect(errors).toMatchObject([{ code: 'parse' }])
  expect(draft.snapshot()).toMatchObject({ content: 'llo', finishReason: 'length' })
})

test.each([
  [['0:"Hi"', 'd:{"finishReason":"stop"}'], 'complete'],
  [['f:{"messageId":"m"}', '0:"Hi"'], 'cut'],
  [['d:{"finishReason":"stop"}', '0:"Hi'], 'cut'],
  [['0:"Hi"'], 'unmarked'],
])('%j ends %s', (lines, ended) => {
  expect(receiveLines(...lines).ended).toBe(ended)
})

test.each(['{}', '{"finishReason":null}'])('a finish without a reason, %s, has none', (finish) => {
  const { draft, ended } = receiveLines('f:{"messageId":"m"}', '0:"Hi"', `d:${finish}`)
  expect([draft.finishReason, draft.snapshot().rawFinishReason]).toEqual([undefined, undefined])
  expect(ended).toBe('complete')
})

test('a call that has come whole is ready, and has its arguments once', () => {
  const draft = createDraft()
  const reader = aiSdkData().reader({ format: 'ndjson', headers: new Headers() })
  const whole = (id: string): string => `9:{"toolCallId":"${id}","toolName":"f","args":{"a":1}}`
  const delta = 'c:{"toolCallId":"c1","argsTextDelta":"{\\"a\\":1}"}'
  for (const data of [delta, whole('c1'), whole('c2')]) {
    reader.read({ type: 'message', data, lastEventId: '' }, draft)
  }
  const ready = { args: { a: 1 }, argsText: '{"a":1}', state: 'ready' }
  expect(draft.snapshot().parts).toMatchObject([ready, ready])
})

test('an error is in the words of the server', () => {
  const { draft, ended } = receiveLines('0:"Par"', '3:"overloaded"', '0:"never"')
  expect([draft.content, draft.error?.message, ended]).toEqual(['Par', 'overloaded', 'error'])
})

test('the last line may lack its end', () => {
  const { draft, ended } = receive(aiSdkData(), 'ndjson', ['0:"Hi"\nd:{"finishReason":"stop"}'])
  expect([draft.finishReason, ended]).toEqual(['stop', 'complete'])
  expect(receive(aiSdkData(), 'ndjson', ['0:"Hi"\n3:"overloaded"']).ended).toBe('error')
  expect(receive(aiSdkData(), 'ndjson', ['0:"Hi"\n0:"ag']).ended).toBe('cut')
})

test('counts that are not known are none, and 0 is one', () => {
  const usageOf = (usage: object): unknown =>
    receiveLines(`d:${JSON.stringify({ finishReason: 'stop', usage })}`).draft.snapshot().usage
  expect(usageOf({ promptTokens: null, completionTokens: null })).toBeUndefined()
  expect(usageOf({ promptTokens: 0, completionTokens: null })).toEqual({ inputTokens: 0 })
})

test('the request is that of the useChat of its time', () => {
  const reply = message('assistant', '3 °C', [
    { type: 'reasoning', text: 'Hm', signature: 's' },
    { type: 'data', name: 'aiSdkData', data: { type: 'redacted', data: 'secret' } },
    { type: 'data', name: 'data', data: 1 },
    { type: 'source', url: 'https://example.com/a' },
    { type: 'file', mediaType: 'image/png', data: 'AA==' },
    answeredCall,
    { type: 'text', text: '3 °C' },
  ])
  const toolInvocation = {
    toolCallId: 'c1',
    toolName: 'weather',
    args: { city: 'Oslo' },
    state: 'result',
    result: { t: 3 },
  }
  expect(bodyOf(aiSdkData(), [message('user', 'Hi', [linkedImage]), reply])).toEqual({
    messages: [
      {
        id: 'user-1',
        role: 'user',
        content: 'Hi',
        experimental_attachments: [{ contentType: 'image/png', url: 'https://example.com/a.png' }],
      },
      {
        id: 'assistant-1',
        role: 'assistant',
        content: '3 °C',
        parts: [
          {
            type: 'reasoning',
            reasoning: 'Hm',
            details: [{ type: 'text', text: 'Hm', signature: 's' }],
          },
          { type: 'reasoning', reasoning: '', details: [{ type: 'redacted', data: 'secret' }] },
          { type: 'file', mimeType: 'image/png', data: 'AA==' },
          { type: 'tool-invocation', toolInvocation },
          { type: 'text', text: '3 °C' },
        ],
        toolInvocations: [toolInvocation],
        experimental_attachments: [{ contentType: 'image/png', url: 'data:image/png;base64,AA==' }],
      },
    ],
  })
})

test('a call without a result is not sent, and a result of nothing is one', () => {
  const { result: _, ...bare } = answeredCall
  const parts: ToolCallPart[] = [
    { ...bare, state: 'ready' },
    { ...bare, id: 'c2' },
  ]
  expect(bodyOf(aiSdkData(), [message('assistant', '', parts)])).toMatchObject({
    messages: [{ toolInvocations: [{ toolCallId: 'c2', state: 'result', result: null }] }],
  })
})

test('a reply of nothing but such calls is not sent', () => {
  const waits = message('assistant', '', [{ ...answeredCall, state: 'ready' }])
  const { messages } = bodyOf(aiSdkData(), [waits, message('user', '', [linkedImage])])
  expect(messages).toMatchObject([{ role: 'user' }])
})

test('a server that stores the chat is told its id', () => {
  const { body } = aiSdkData().request!({ messages: [], chatId: 'trip' })
  expect(body).toEqual({ id: 'trip', messages: [] })
})

test.each(['text/plain; charset=utf-8', 'text/event-stream', 'application/octet-stream', null])(
  'a stream may be sent as %s',
  (type) => {
    expect(aiSdkData().detectFormat!(type)).toBe('ndjson')
  },
)

test('JSON in its place is an error, in the words of the server', async () => {
  const { chat, nextCall } = startChat({ protocol: aiSdkData() })
  const sent = chat.sendMessage('Hi')
  await (await nextCall()).answer(200, '{"error":"No credits"}')
  await expect(sent).rejects.toMatchObject({ code: 'content-type', message: 'No credits' })
})
