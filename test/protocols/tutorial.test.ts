import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tutorial } from '../../src/protocols/tutorial.js'
import { anyText } from './any-text.js'
import { receive, receiveData, sse } from './receive.js'

function received(stream: string, format: 'sse' | 'ndjson' = 'sse'): object {
  const { draft, ended, errors } = receive(tutorial(), format, [stream])
  return {
    content: draft.content,
    ended,
    ...(draft.error && { error: draft.error.message }),
    ...(errors.length > 0 && { errors: errors.map(({ code }) => code) }),
  }
}

test('asks as every tutorial does', () => {
  expect(tutorial().request).toBeUndefined()
})

describe('text', () => {
  test.each(['content', 'text', 'token', 'delta', 'chunk', 'message', 'answer', 'response'])(
    'is a delta under %s',
    (key) => {
      const { draft } = receiveData(tutorial(), { [key]: 'Hel' }, { [key]: 'lo' })
      expect(draft.content).toBe('Hello')
    },
  )

  test('has a type beside it, or digits that are a number', () => {
    const data = [{ type: 'content', content: 'Route ' }, { content: 0 }, { content: 66 }]
    expect(receiveData(tutorial(), ...data).draft.content).toBe('Route 066')
  })

  test('is one for each record: the first key, be it empty', () => {
    const data = [
      { content: 'Hello', message: 'ok' },
      { content: '', done: true, message: 'ok' },
    ]
    expect(receiveData(tutorial(), ...data).draft.content).toBe('Hello')
  })

  test('is not in records of something else', () => {
    const data = [{ type: 'start', id: 7 }, [], { content: null }, { content: { text: 'x' } }]
    expect(receiveData(tutorial(), ...data).draft.snapshot().parts).toEqual([])
  })

  test.each(['thinking', 'reasoning', 'reasoning-delta'])(
    'of the type %s is what the model thinks',
    (type) => {
      const thoughts = [
        { type, content: 'Hm, ' },
        { type, text: 'so.' },
      ]
      const { draft } = receiveData(tutorial(), ...thoughts, { type: 'text', content: 'Yes' })
      expect(draft.snapshot().parts).toEqual([
        { type: 'reasoning', text: 'Hm, so.' },
        { type: 'text', text: 'Yes' },
      ])
    },
  )

  test('that is raw is taken as it is', () => {
    const data = ['4', '2', 'null', ' is', '  true', '\n', '!']
    expect(receiveData(tutorial(), ...data).draft.content).toBe('42null is  true\n!')
  })

  test('comes under event names too, heartbeats do not', () => {
    const stream =
      'event: token\ndata: {"content":"Hel"}\n\n' +
      ['ping', 'heartbeat', 'keepalive', 'keep-alive']
        .map((name) => `event: ${name}\ndata: 2020-12-22 15:33:27\n\n`)
        .join('') +
      'event: token\ndata: lo\n\n'
    expect(received(stream)).toEqual({ content: 'Hello', ended: 'unmarked' })
  })

  test('is all that a body of plain text has, wherever it is cut', () => {
    const body = '[1] says "no", see {2}\n[DONE]'
    for (const chunks of [[body], body]) {
      const { draft, ended, errors } = receive(tutorial(), 'text', chunks)
      expect({ content: draft.content, ended, errors }).toEqual({
        content: body,
        ended: 'unmarked',
        errors: [],
      })
    }
  })

  test('in NDJSON is the same', () => {
    const stream = '{"content":"Hel"}\n{"content":"lo"}\n{"done":true}\n'
    expect(received(stream, 'ndjson')).toEqual({ content: 'Hello', ended: 'marker' })
  })
})

test.each([
  'data: [DONE]\n\n',
  'data: [DONE] \n\n',
  'data:  [DONE]\n\n',
  'data: "[DONE]"\n\n',
  'data: {"done":true}\n\n',
  'data: {"content":"","done":true}\n\n',
  'data: {"type":"done"}\n\n',
  'data: {"type":"end","content":"Hello"}\n\n',
  'event: done\ndata:\n\n',
  'event: done\ndata: {"content":"Hello"}\n\n',
  'event: end\ndata: {}\n\n',
])('%j ends a reply', (marker) => {
  const stream = `data: {"content":"Hello"}\n\n${marker}`
  expect(received(stream)).toEqual({ content: 'Hello', ended: 'marker' })
})

test.each([
  ['data: {"error":"Too long"}\n\n', 'Too long'],
  ['data: {"error":{"message":"Too long","code":4}}\n\n', 'Too long'],
  ['data: {"type":"error","message":"Too long"}\n\n', 'Too long'],
  ['data: {"error":{"code":4}}\n\n', '{"error":{"code":4}}'],
  ['event: error\ndata: {"message":"Too long"}\n\n', 'Too long'],
  ['event: error\ndata: Too long\n\n', 'Too long'],
  ['event: error\ndata: "Too long"\n\n', 'Too long'],
  ['event: error\ndata:\n\n', 'The server reported an error'],
])('%j fails a reply', (error, words) => {
  const stream = `data: {"content":"Hel"}\n\n${error}data: [DONE]\n\n`
  expect(received(stream)).toEqual({ content: 'Hel', ended: 'error', error: words })
})

test('an error that is null is none', () => {
  expect(received(sse({ content: 'Hi', error: null }))).toEqual({
    content: 'Hi',
    ended: 'unmarked',
  })
})

describe('broken JSON', () => {
  test('is reported, and the stream goes on', () => {
    const { draft, ended, errors } = receiveData(tutorial(), '{"content":"Hel', { content: 'lo' })
    expect(draft.content).toBe('lo')
    expect(ended).toBe('unmarked')
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ code: 'parse', body: '{"content":"Hel' })
    expect(errors[0]?.message).toContain('{"content":"Hel')
  })

  test.each(['{"content":"lo', '["lo', '"lo'])('at the end, %s, is a cut', (tail) => {
    expect(received(`data: {"content":"Hel"}\n\ndata: ${tail}`)).toEqual({
      content: 'Hel',
      ended: 'cut',
      errors: ['parse'],
    })
  })

  test('before a heartbeat is still the end', () => {
    expect(received('data: {"con\n\nevent: ping\ndata: 1\n\n')).toMatchObject({ ended: 'cut' })
  })

  test('of many lines is read line by line where the first is whole', () => {
    const lines = 'data: {"content":"Hel"}\ndata: {"content":"lo"}\n'
    expect(received(lines + 'data: [DONE]\n\n')).toEqual({ content: 'Hello', ended: 'marker' })
    expect(received(lines)).toEqual({ content: 'Hello', ended: 'unmarked' })
    expect(received(`${lines}data: {"con`)).toEqual({
      content: 'Hello',
      ended: 'cut',
      errors: ['parse'],
    })
    expect(received('data: {\ndata: "content": "Hel\n\n')).toEqual({
      content: '',
      ended: 'cut',
      errors: ['parse'],
    })
  })
})

describe('any text cut into any deltas is that text', () => {
  const deltas = fc.array(anyText)
  const bytes = new TextEncoder()

  test('as JSON, and whatever the network cuts', () => {
    fc.assert(
      fc.property(deltas, fc.nat(), fc.boolean(), (texts, at, isLined) => {
        const records = texts.map((content) => ({ content }))
        const stream = isLined
          ? records.map((record) => `${JSON.stringify(record)}\n`).join('')
          : sse(...records, '[DONE]')
        const sent = bytes.encode(stream)
        const cut = at % (sent.length + 1)
        const chunks = [sent.subarray(0, cut), sent.subarray(cut)]
        const { draft, errors } = receive(tutorial(), isLined ? 'ndjson' : 'sse', chunks)
        expect(errors).toEqual([])
        expect(draft.content).toBe(texts.join(''))
      }),
    )
  })

  test('as raw text, except that a CR is a line end', () => {
    fc.assert(
      fc.property(deltas, (texts) => {
        const raw = texts.filter((text) => !/^([{["]| +"?\[DONE])|\r/.test(text))
        const { draft, errors } = receiveData(tutorial(), ...raw)
        expect(errors).toEqual([])
        expect(draft.content).toBe(raw.join(''))
      }),
    )
  })
})
