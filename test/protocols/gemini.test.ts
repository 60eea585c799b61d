import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createArgsWriter } from '../../src/protocols/gemini/gemini-args.js'
import { gemini } from '../../src/protocols/gemini.js'
import type { ToolCallPart } from '../../src/protocols/message/message.js'
import { bodyOf, call, conversation, linkedImage, message, pdf } from './tool-conversation.js'
import { startChat } from '../stores/chat/chat-support.js'
import { receive, receiveData, sse, type Received } from './receive.js'

function chunk(parts: object[], more: object = {}): object {
  return { candidates: [{ content: { role: 'model', parts }, ...more }] }
}

const stop = chunk([], { finishReason: 'STOP' })

function receiveParts(...parts: object[]): Received {
  return receiveData(gemini(), ...parts.map((part) => chunk([part])), stop)
}

describe('the request', () => {
  test('has the roles and parts of the API', () => {
    const functionCall = (args: object): object => ({ name: 'weather', args })
    expect(bodyOf(gemini(), conversation)).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        {
          role: 'user',
          parts: [{ text: 'Look' }, { inlineData: { mimeType: 'image/png', data: 'iVBORw==' } }],
        },
        {
          role: 'model',
          parts: [
            { text: 'Let me see.' },
            { functionCall: functionCall({ city: 'Paris' }), thoughtSignature: 'seal' },
            { functionCall: functionCall({}) },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'weather', response: { result: { celsius: 20 } } } },
            { functionResponse: { name: 'weather', response: { error: 'No JSON' } } },
          ],
        },
        {
          role: 'model',
          parts: [{ text: 'It is warm.' }, { functionCall: functionCall({ city: 'Paris' }) }],
        },
        {
          role: 'user',
          parts: [{ functionResponse: { name: 'weather', response: { result: 'rain' } } }],
        },
        { role: 'user', parts: [{ text: 'Thanks' }] },
      ],
    })
  })

  test('has files by their address or in themselves', () => {
    expect(bodyOf(gemini(), [message('user', '', [linkedImage, pdf])])).toEqual({
      contents: [
        {
          role: 'user',
          parts: [
            { fileData: { mimeType: 'image/png', fileUri: 'https://example.com/a.png' } },
            { inlineData: { mimeType: 'application/pdf', data: 'JVBERi0=' } },
          ],
        },
      ],
    })
  })
})

test('the id of a call goes back with it and with its answer, where one came', () => {
  const calls = [{ id: 'x', name: 'weather' }, { name: 'weather' }]
  const { parts } = receiveParts(
    ...calls.map((functionCall) => ({ functionCall })),
  ).draft.snapshot()
  const answered = parts.map((part) => ({ ...part, state: 'done', result: 20 }) as ToolCallPart)
  expect(bodyOf(gemini(), [message('assistant', '', answered)])).toEqual({
    contents: [
      { role: 'model', parts: calls.map((each) => ({ functionCall: { ...each, args: {} } })) },
      {
        role: 'user',
        parts: calls.map((each) => ({ functionResponse: { ...each, response: { result: 20 } } })),
      },
    ],
  })
})

test('the signature of a text goes back after it', () => {
  const { draft } = receiveParts(
    { text: 'Hm', thought: true, thoughtSignature: 'a' },
    { text: 'Hel' },
    { text: 'lo', thoughtSignature: 'b' },
    { text: '', thoughtSignature: 'c' },
  )
  expect(draft.snapshot()).toMatchObject({ content: 'Hello' })
  expect(bodyOf(gemini(), [message('assistant', 'Hello', draft.snapshot().parts)])).toEqual({
    contents: [
      {
        role: 'model',
        parts: [
          { text: '', thought: true, thoughtSignature: 'a' },
          { text: 'Hello' },
          { text: '', thoughtSignature: 'b' },
          { text: '', thoughtSignature: 'c' },
        ],
      },
    ],
  })
})

test('a reply goes back in its order, with what Google’s own tools gave and the image it made', () => {
  const asked = [
    {
      toolCall: { id: 's', toolType: 'GOOGLE_SEARCH_WEB', args: { q: 'x' } },
      thoughtSignature: 'a',
    },
    { toolResponse: { id: 's', toolType: 'GOOGLE_SEARCH_WEB', response: { found: 1 } } },
    { executableCode: { language: 'PYTHON', code: '1' } },
    { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
    { functionCall: { id: 'f', name: 'weather', args: {} }, thoughtSignature: 'b' },
    { text: 'And' },
    { inlineData: { mimeType: 'image/png', data: 'AA==' }, thoughtSignature: 'c' },
    { functionCall: { id: 'g', name: 'weather', args: {} } },
  ]
  const { parts } = receiveParts(...asked).draft.snapshot()
  expect(parts[0]).toMatchObject({
    type: 'tool-call',
    name: 'GOOGLE_SEARCH_WEB',
    args: { q: 'x' },
    state: 'done',
    result: { found: 1 },
    providerExecuted: true,
  })
  const answered = parts.map((part) =>
    part.type === 'tool-call' && !part.providerExecuted
      ? { ...part, state: 'done' as const, result: 20 }
      : part,
  )
  const answer = (id: string): object => ({
    functionResponse: { id, name: 'weather', response: { result: 20 } },
  })
  expect(bodyOf(gemini(), [message('assistant', 'And', answered)])).toEqual({
    contents: [
      { role: 'model', parts: asked },
      { role: 'user', parts: [answer('f'), answer('g')] },
    ],
  })
})

test('what a tool of Google’s gave after the reply that asked for it goes back as it came', () => {
  const given = [
    { toolResponse: { id: 's', toolType: 'URL_CONTEXT', response: {} }, thoughtSignature: 'a' },
    { toolResponse: { toolType: 'URL_CONTEXT', response: {} } },
  ]
  const { parts } = receiveParts(...given, { text: 'Hi' }).draft.snapshot()
  expect(bodyOf(gemini(), [message('assistant', 'Hi', parts)])).toEqual({
    contents: [{ role: 'model', parts: [...given, { text: 'Hi' }] }],
  })
})

test('a reply that is only an image goes back, one that is only a signature does not', () => {
  const image = { inlineData: { mimeType: 'image/png', data: 'AA==' } }
  const [drawn, thought] = [image, { text: '', thoughtSignature: 's' }].map(
    (part) => receiveParts(part).draft.snapshot().parts,
  )
  expect(
    bodyOf(gemini(), [message('assistant', '', thought), message('assistant', '', drawn)]),
  ).toEqual({ contents: [{ role: 'model', parts: [image] }] })
})

test('a tool of Google’s that was stopped is left out, one that waits for those of the page is not', () => {
  const search = { toolCall: { id: 's', toolType: 'GOOGLE_SEARCH_WEB', args: {} } }
  const asked = { functionCall: { id: 'f', name: 'weather', args: {} } }
  const [stopped, waits] = [{ text: 'Hi' }, asked].map((part) => {
    const { content, parts } = receiveParts(search, part).draft.snapshot()
    const answered = parts.map((each) =>
      each.type === 'tool-call' && !each.providerExecuted
        ? { ...each, state: 'done' as const, result: 20 }
        : each,
    )
    return bodyOf(gemini(), [message('assistant', content, answered)])
  })
  expect(stopped).toEqual({ contents: [{ role: 'model', parts: [{ text: 'Hi' }] }] })
  expect(waits).toMatchObject({ contents: [{ parts: [search, asked] }, { role: 'user' }] })
})

test('white space between what a reply cites goes back, white space alone does not', () => {
  const space = message('assistant', '\n', [{ type: 'text', text: '\n' }])
  const said = message('assistant', 'A\nB', [
    { type: 'text', text: 'A' },
    { type: 'source', url: 'https://a' },
    { type: 'text', text: '\nB' },
  ])
  expect(bodyOf(gemini(), [space, said])).toEqual({
    contents: [{ role: 'model', parts: [{ text: 'A' }, { text: '\nB' }] }],
  })
})

test('a question of white space is one, as the page has asked it', () => {
  expect(bodyOf(gemini(), [message('user', ' ')])).toEqual({
    contents: [{ role: 'user', parts: [{ text: ' ' }] }],
  })
})

test('files of another backend’s model are not sent as those of Gemini', () => {
  expect(
    bodyOf(gemini(), [message('assistant', 'Hi', [linkedImage, { type: 'text', text: 'Hi' }])]),
  ).toEqual({
    contents: [{ role: 'model', parts: [{ text: 'Hi' }] }],
  })
})

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

describe('arguments that come in pieces', () => {
  const city = (stringValue: string, willContinue: boolean): object => ({
    functionCall: {
      partialArgs: [{ jsonPath: '$.city', stringValue, willContinue }],
      willContinue: true,
    },
  })
  const start = { functionCall: { name: 'f', willContinue: true } }

  test('are shown as they come', () => {
    const { draft } = receiveData(gemini(), chunk([start]), chunk([city('Par', true)]))
    expect(draft.snapshot().parts).toMatchObject([{ argsText: '{"city":"Par', args: null }])
  })

  test.each([
    ['closed by an empty call', [{ functionCall: {} }]],
    ['closed by the next call', [{ functionCall: { name: 'g', args: {} } }]],
    ['never closed', []],
  ])('are %s', (_name, last) => {
    const { draft } = receiveParts(start, city('Par', true), city('is', false), ...last)
    expect(draft.snapshot()).toMatchObject({ finishReason: 'tool-calls', rawFinishReason: 'STOP' })
    expect(draft.snapshot().parts[0]).toMatchObject({ args: { city: 'Paris' }, state: 'ready' })
  })

  test('go on at the same path whoever says so, and end without a value', () => {
    const piece = (more: object): object => ({
      functionCall: { partialArgs: [{ jsonPath: '$.city', ...more }], willContinue: true },
    })
    const day = piece({ jsonPath: '$.day', numberValue: 1 })
    const city = [piece({ stringValue: 'Par' }), piece({ stringValue: 'is' }), piece({})]
    const { draft } = receiveParts(start, ...city, day, { functionCall: {} })
    expect(draft.snapshot().parts).toMatchObject([{ args: { city: 'Paris', day: 1 } }])
  })

  test('of the call that was cut are none', () => {
    const { draft } = receiveData(gemini(), chunk([start]), chunk([city('Par', true)]))
    expect(draft.snapshot().parts).toMatchObject([{ args: null, state: 'error' }])
  })

  test('say any value at any path', () => {
    const writer = createArgsWriter()
    const json = [
      { jsonPath: '$.a[0].b', numberValue: 0 },
      { jsonPath: '$.a[0].c', boolValue: false },
      { jsonPath: '$.a[1][0]', nullValue: 'NULL_VALUE' },
      { jsonPath: '$["d.e"].f', stringValue: '"\n' },
      { jsonPath: "$['__proto__']", stringValue: '' },
    ].map((each) => writer.write([each] as never))
    expect(JSON.parse(json.join('') + writer.close())).toEqual(
      JSON.parse('{"a":[{"b":0,"c":false},[null]],"d.e":{"f":"\\"\\n"},"__proto__":""}'),
    )
  })

  test('are the same however their strings were cut', () => {
    const key = fc.stringMatching(/^[a-z]{1,3}$/)
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, leaf, tie('object'), tie('array')),
      object: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      array: fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
    }))
    const args = fc.dictionary(key, value, { minKeys: 1, noNullPrototype: true })
    fc.assert(
      fc.property(args, fc.integer({ min: 1, max: 4 }), (args, size) => {
        const writer = createArgsWriter()
        const pieces = piecesOf('$', args, size).map((each) => writer.write([each] as never))
        expect(JSON.parse(pieces.join('') + writer.close())).toEqual(args)
      }),
    )
  })

  test('in a path of many quotes that do not close are read without freezing the page', () => {
    const partialArgs = [{ jsonPath: "['".repeat(200_000), nullValue: 'NULL_VALUE' }]
    const began = performance.now()
    createArgsWriter().write(partialArgs as never)
    // A minute, where each quote was looked for to the end.
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  /** What the API sends of a value: its leaves, strings in deltas of `size`. */
  function piecesOf(jsonPath: string, value: unknown, size: number): object[] {
    if (typeof value === 'string') {
      const deltas = [...(value.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []), '']
      return deltas.map((stringValue, at) => ({
        jsonPath,
        stringValue,
        ...(at < deltas.length - 1 && { willContinue: true }),
      }))
    }
    if (typeof value === 'number') return [{ jsonPath, numberValue: value }]
    if (typeof value === 'boolean') return [{ jsonPath, boolValue: value }]
    if (value === null) return [{ jsonPath, nullValue: 'NULL_VALUE' }]
    return Object.entries(value as object).flatMap(([step, each]) =>
      piecesOf(Array.isArray(value) ? `${jsonPath}[${step}]` : `${jsonPath}.${step}`, each, size),
    )
  }
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

test.each(['citationSources', 'citations'])('%s are sources', (name) => {
  const citationMetadata = { [name]: [{ uri: 'https://a' }, { uri: 'https://a' }] }
  const { draft } = receiveData(gemini(), chunk([], { citationMetadata }))
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

test('what says nothing is not sent', () => {
  const messages = [message('system', ''), message('user', '', []), message('user', 'Hi')]
  expect(bodyOf(gemini(), messages)).toEqual({
    contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
  })
})

test('what the model said twice is one content: a call is refused after another of its own', () => {
  const messages = [
    message('user', 'Go'),
    message('assistant', 'Hm'),
    message('assistant', '', [call('c')]),
  ]
  const { contents } = bodyOf(gemini(), messages) as { contents: { role: string }[] }
  expect(contents).toMatchObject([
    { role: 'user' },
    { role: 'model', parts: [{ text: 'Hm' }, { functionCall: { name: 'weather' } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'weather' } }] },
  ])
})

test('a role nobody knows is not the model’s', () => {
  const developer = { ...message('user', 'Be brief'), role: 'developer' as 'user' }
  expect(bodyOf(gemini(), [developer])).toMatchObject({ contents: [{ role: 'user' }] })
})
