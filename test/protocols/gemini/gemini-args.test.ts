import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createArgsWriter } from '../../../src/protocols/gemini/gemini-args.js'
import { gemini } from '../../../src/protocols/gemini.js'
import { receiveData } from '../receive.js'
import { chunk, receiveParts } from './gemini-support.js'

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

  test('are whole if the reply is cut after the end of their call', () => {
    const end = chunk([{ functionCall: {} }, { text: 'And' }], { finishReason: 'MAX_TOKENS' })
    const { draft } = receiveData(gemini(), chunk([start, city('Paris', false)]), end)
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

  test.each([undefined, 'MAX_TOKENS', 'SAFETY', 'MALFORMED_FUNCTION_CALL'])(
    'of a call that was cut are none (%s)',
    (finishReason) => {
      const end = chunk([], { finishReason })
      const { draft } = receiveData(gemini(), chunk([start]), chunk([city('Par', true)]), end)
      expect(draft.snapshot().parts).toMatchObject([{ args: null, state: 'error' }])
    },
  )

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

  // It would take minutes, which no time limit survives, if each quote was looked for to the end.
  test('in a path of many quotes that do not close are read without freezing the page', () => {
    const partialArgs = [{ jsonPath: "['".repeat(100_000), nullValue: 'NULL_VALUE' }]
    expect(() => createArgsWriter().write(partialArgs as never)).not.toThrow()
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
