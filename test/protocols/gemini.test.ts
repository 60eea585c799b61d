import { describe, expect, test } from 'vitest'
import { gemini } from '../../src/protocols/gemini.js'
import { startChat } from '../stores/chat/chat-support.js'
import { receive, receiveData, sse } from './receive.js'
import { chunk, stop, receiveParts } from './gemini/gemini-support.js'

test('a reply that came to the limit of one request says what it is continued by', () => {
  const end = chunk([], { finishReason: 'CONTINUATION', continuationToken: 't' })
  expect(receiveData(gemini(), end).draft.snapshot()).toMatchObject({
    finishReason: 'length',
    rawFinishReason: 'CONTINUATION',
    metadata: { continuationToken: 't' },
  })
})

test('why a reply ended is said in words as well', () => {
  const end = chunk([], { finishReason: 'MALFORMED_FUNCTION_CALL', finishMessage: 'Bad call' })
  expect(receiveData(gemini(), end).draft.snapshot()).toMatchObject({
    finishReason: 'error',
    metadata: { finishMessage: 'Bad call' },
  })
})

test('why a question was not answered is said in words as well', () => {
  const promptFeedback = { blockReason: 'PROHIBITED_CONTENT', blockReasonMessage: 'Not this' }
  expect(receiveData(gemini(), { promptFeedback }).draft.snapshot()).toMatchObject({
    finishReason: 'content-filter',
    rawFinishReason: 'PROHIBITED_CONTENT',
    metadata: { finishMessage: 'Not this' },
  })
})

describe('a part', () => {
  test.each([
    [
      { text: 'Hm', thought: true },
      { type: 'reasoning', text: 'Hm' },
    ],
    [
      { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 's' },
      { type: 'tool-call', name: 'f', args: { a: 1 }, signature: 's', state: 'ready' },
    ],
    [{ functionCall: { id: 'x', name: 'f' } }, { type: 'tool-call', id: 'x', args: {} }],
    [
      { inlineData: { mimeType: 'image/png', data: 'AA==' } },
      { type: 'file', mediaType: 'image/png', data: 'AA==' },
    ],
    [
      { fileData: { mimeType: 'image/png', fileUri: 'gs://a' } },
      { type: 'file', mediaType: 'image/png', url: 'gs://a' },
    ],
    [
      { executableCode: { language: 'PYTHON', code: '1' } },
      { type: 'data', name: 'executableCode', data: { language: 'PYTHON', code: '1' } },
    ],
  ])('%j is %j', (part, expected) => {
    expect(receiveParts(part).draft.snapshot().parts).toMatchObject([expected])
  })

  test('of another kind is nothing', () => {
    expect(receiveParts({}, { brandNew: 1 }, { text: '', thoughtSignature: 's' })).toMatchObject({
      ended: 'complete',
      errors: [],
    })
  })

  test('that was only thought is no file', () => {
    const drafted = { thought: true, inlineData: { mimeType: 'image/png', data: 'AA==' } }
    expect(receiveParts(drafted).draft.snapshot().parts).toEqual([])
  })

  test('of another candidate is left out', () => {
    const candidates = [{ index: 1, content: { parts: [{ text: 'B' }] }, finishReason: 'STOP' }]
    expect(receiveData(gemini(), { candidates }).draft.snapshot()).toMatchObject({ content: '' })
  })
})

describe('the end', () => {
  test('is a finish reason: without one the reply was cut', () => {
    expect(receiveData(gemini(), chunk([{ text: 'Hi' }])).ended).toBe('cut')
    expect(receiveData(gemini(), chunk([{ text: 'Hi' }]), stop, '[DONE]').ended).toBe('complete')
  })

  test.each(['SAFETY', 'OTHER', 'MODEL_ARMOR', 'JAILBREAK'])(
    'may be a prompt that was blocked: %s',
    (blockReason) => {
      const { draft, ended } = receiveData(gemini(), { promptFeedback: { blockReason } })
      expect(ended).toBe('complete')
      expect(draft.snapshot()).toMatchObject({
        finishReason: 'content-filter',
        rawFinishReason: blockReason,
      })
    },
  )

  test('comes after an event that is broken, which is reported', () => {
    const { ended, errors } = receive(gemini(), 'text', [sse('{"candidates":[', stop)])
    expect([ended, errors.map(({ code }) => code)]).toEqual(['complete', ['parse']])
  })

  test('is none where the last event is cut in two', () => {
    expect(receive(gemini(), 'text', [sse(stop), 'data: {"candidates":[']).ended).toBe('cut')
  })

  test('may be a list of events that is JSON, with an error in it', () => {
    const body = [chunk([{ text: 'Par' }]), { error: { code: 503, message: 'Overloaded' } }]
    const { draft, ended } = receive(gemini(), 'text', [JSON.stringify(body, undefined, 2)])
    expect([draft.content, ended, draft.error?.message]).toEqual(['Par', 'error', 'Overloaded'])
  })

  test('may be an error in a list that is an event', () => {
    const { draft, ended } = receiveData(gemini(), [
      { error: { code: 503, message: 'Overloaded' } },
    ])
    expect([ended, draft.error?.message]).toEqual(['error', 'Overloaded'])
  })

  test.each([undefined, 2])(
    'may be an error among the events that is none (indent %s)',
    async (indent) => {
      const { chat, nextCall } = startChat({ protocol: gemini() })
      const sent = chat.sendMessage('Hi')
      const call = await nextCall()
      const error = JSON.stringify(
        { error: { code: 503, message: 'Overloaded' } },
        undefined,
        indent,
      )
      await call.answer(200, `${sse(chunk([{ text: 'Par' }]))}${error}\n`, 'text/event-stream')
      await expect(sent).rejects.toMatchObject({ code: 'protocol', message: 'Overloaded' })
      expect(chat.getSnapshot().reply).toMatchObject({ status: 'error', content: 'Par' })
    },
  )
})

test('an image may be larger than an event of the default size', () => {
  const data = 'A'.repeat(17 * 2 ** 20)
  const stream = sse(chunk([{ inlineData: { mimeType: 'image/png', data } }]), stop)
  const { draft, ended, errors } = receive(gemini(), 'text', stream.match(/[^]{1,65536}/g)!)
  const [image] = draft.snapshot().parts
  expect({ ended, errors }).toEqual({ ended: 'complete', errors: [] })
  expect(image?.type === 'file' && image.data === data).toBe(true)
})

test.each(['citationSources', 'citations'])('%s are sources', (name) => {
  const citationMetadata = { [name]: [{ uri: 'https://a' }, { uri: 'https://a' }] }
  const { draft } = receiveData(gemini(), chunk([], { citationMetadata }))
  expect(draft.snapshot().parts).toEqual([{ type: 'source', url: 'https://a' }])
})

test('the pages that the model was given to read are sources, if it could', () => {
  const urlMetadata = [
    { retrievedUrl: 'https://a', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_SUCCESS' },
    { retrievedUrl: 'https://b', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_ERROR' },
  ]
  const { draft } = receiveData(gemini(), chunk([], { urlContextMetadata: { urlMetadata } }))
  expect(draft.snapshot().parts).toEqual([{ type: 'source', url: 'https://a' }])
})

test('sources are those of the search, of documents, of maps and of images', () => {
  const groundingChunks = [
    { web: { uri: 'https://a', title: 'A' } },
    { retrievedContext: { title: 'B' } },
    { maps: { uri: 'https://c' } },
    { image: { sourceUri: 'https://d', imageUri: 'https://d.png', title: 'D' } },
  ]
  const { draft } = receiveData(gemini(), chunk([], { groundingMetadata: { groundingChunks } }))
  expect(draft.snapshot().parts).toMatchObject([
    { url: 'https://a', title: 'A' },
    { title: 'B' },
    { url: 'https://c' },
    { url: 'https://d', title: 'D' },
  ])
})

test('sources that chunks tell again are there once', () => {
  const groundingChunks = [
    { web: { uri: 'https://a', title: 'A' } },
    { retrievedContext: { title: 'B', text: 'One' } },
  ]
  const told = chunk([], { groundingMetadata: { groundingChunks } })
  const { draft } = receiveData(gemini(), told, told)
  expect(draft.snapshot().parts).toMatchObject([{ title: 'A' }, { title: 'B' }])
})

test.each([
  [{ promptTokenCount: 1 }, { inputTokens: 1, outputTokens: undefined }],
  [
    { promptTokenCount: 1, thoughtsTokenCount: 2 },
    { inputTokens: 1, outputTokens: 2 },
  ],
  [{ trafficType: 'ON_DEMAND' }, undefined],
])('usage %j is %j', (usageMetadata, usage) => {
  expect(receiveData(gemini(), { usageMetadata }).draft.snapshot().usage).toEqual(usage)
})

test.each([
  ['{"error":{"code":400,"message":"No key"}}', 'No key'],
  ['[{"error":{"code":400,"message":"No key"}}]', 'No key'],
  ['<h1>', undefined],
  ['[]', undefined],
])('the words in the body of an error: %s', (body, words) => {
  expect(gemini().errorMessage?.(body, 400)).toBe(words)
})
