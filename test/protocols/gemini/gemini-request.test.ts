import { describe, expect, test } from 'vitest'
import { gemini } from '../../../src/protocols/gemini.js'
import {
  answered,
  bodyOf,
  call,
  conversation,
  image,
  linkedImage,
  message,
  pdf,
} from '../conversation.js'
import { receiveParts } from './gemini-support.js'

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
  expect(bodyOf(gemini(), [message('assistant', '', answered(parts, 20))])).toEqual({
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
  const answer = (id: string): object => ({
    functionResponse: { id, name: 'weather', response: { result: 20 } },
  })
  expect(bodyOf(gemini(), [message('assistant', 'And', answered(parts, 20))])).toEqual({
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

test('a file goes back if it is an image that Gemini has made', () => {
  const audio = { inlineData: { mimeType: 'audio/wav', data: 'AA==' } }
  const { parts } = receiveParts(audio, { text: 'Hi' }).draft.snapshot()
  const ofAnother = [image, { type: 'text', text: 'Hi' } as const]
  for (const sent of [parts, ofAnother]) {
    expect(bodyOf(gemini(), [message('assistant', 'Hi', sent)])).toEqual({
      contents: [{ role: 'model', parts: [{ text: 'Hi' }] }],
    })
  }
})

test('a tool of Google’s that was stopped is left out, one that waits for those of the page is not', () => {
  const search = { toolCall: { id: 's', toolType: 'GOOGLE_SEARCH_WEB', args: {} } }
  const asked = { functionCall: { id: 'f', name: 'weather', args: {} } }
  const [stopped, waits] = [{ text: 'Hi' }, asked].map((part) => {
    const { content, parts } = receiveParts(search, part).draft.snapshot()
    return bodyOf(gemini(), [message('assistant', content, answered(parts, 20))])
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

test('what says nothing is not sent', () => {
  const empty = message('system', '', [{ type: 'text', text: '' }])
  const messages = [empty, message('user', ''), message('user', 'Hi')]
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
