import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MessagePart } from '../../../src/protocols/message/message.js'
import { auto } from '../../../src/protocols/auto.js'
import { openaiChat } from '../../../src/protocols/openai-chat.js'
import { receiveData } from '../receive.js'

/** The calls that chunks with these deltas amount to. */
function callsIn(...deltas: object[]): readonly MessagePart[] {
  const chunks = deltas.map((delta) => ({ choices: [{ index: 0, delta }] }))
  return receiveData(openaiChat(), ...chunks).draft.snapshot().parts
}

function call(...fragments: object[]): object {
  return { tool_calls: fragments }
}

const f = { name: 'f', arguments: '{"a":1}' }
const g = { name: 'g', arguments: '{"b":2}' }
const both = [
  { id: 'x', name: 'f', args: { a: 1 } },
  { id: 'y', name: 'g', args: { b: 2 } },
]

test.each<[string, object[]]>([
  [
    'by index',
    [call({ index: 0, id: 'x', function: f }), call({ index: 1, id: 'y', function: g })],
  ],
  ['without an index', [call({ id: 'x', function: f }), call({ id: 'y', function: g })]],
  [
    'all at index 0',
    [call({ index: 0, id: 'x', function: f }), call({ index: 0, id: 'y', function: g })],
  ],
  ['in one chunk', [call({ id: 'x', function: f }, { id: 'y', function: g })]],
  [
    'with arguments that are an object',
    [
      call({ index: 0, id: 'x', function: { name: 'f', arguments: { a: 1 } } }),
      call({ index: 1, id: 'y', function: { name: 'g', arguments: { b: 2 } } }),
    ],
  ],
  [
    'in fragments that alternate',
    [
      call({ index: 0, id: 'x', function: { name: 'f', arguments: '' } }),
      call({ index: 1, id: 'y', function: { name: 'g', arguments: '{"b"' } }),
      call({ index: 0, function: { arguments: '{"a":1' } }),
      call({ index: 1, id: 'y', function: { arguments: ':2}' } }),
      call({ index: 0, id: '', function: { name: '', arguments: '}' } }),
    ],
  ],
  [
    'in fragments without an index',
    [
      call({ id: 'x', function: { name: 'f' } }),
      call({ function: { arguments: '{"a":1}' } }),
      call({ id: 'y', function: { name: 'g' } }),
      call({ id: '', function: { arguments: '{"b":2}' } }),
    ],
  ],
  [
    'with {} before the arguments',
    [
      call({ index: 0, id: 'x', function: { name: 'f', arguments: '{}' } }),
      call({ index: 0, function: { arguments: '{"a":1}' } }),
      call({ index: 1, id: 'y', function: g }),
    ],
  ],
  [
    'all at index 0, in fragments that alternate',
    [
      call({ index: 0, id: 'x', function: { name: 'f', arguments: '' } }),
      call({ index: 0, id: 'y', function: { name: 'g', arguments: '' } }),
      call({ index: 0, id: 'x', function: { arguments: '{"a":1}' } }),
      call({ index: 0, id: 'y', function: { arguments: '{"b":2}' } }),
    ],
  ],
  [
    'with an index once, and then by their id',
    [
      call({ index: 0, id: 'x', function: { name: 'f', arguments: '' } }),
      call({ index: 1, id: 'y', function: { name: 'g', arguments: '' } }),
      call({ id: 'x', function: { arguments: '{"a":1}' } }),
      call({ id: 'y', function: { arguments: '{"b":2}' } }),
    ],
  ],
  [
    'with ids that come late',
    [
      call({ index: 0, function: { name: 'f', arguments: '{"a"' } }, { index: 1, function: g }),
      call({ index: 1, id: 'y' }, { index: 0, id: 'x', function: { arguments: ':1}' } }),
    ],
  ],
])('calls come %s', (_name, deltas) => {
  expect(callsIn(...deltas)).toMatchObject(both)
})

describe('calls without ids are told apart', () => {
  test.each<[string, object[]]>([
    ['by index', [call({ index: 0, function: f }, { index: 1, function: g })]],
    ['by name', [call({ function: f }, { function: g })]],
    ['by name, at one index', [call({ index: 0, function: f }), call({ index: 0, function: g })]],
    [
      'by name, their arguments in fragments',
      [
        call({ id: '', function: { name: 'f', arguments: '{"a"' } }),
        call({ id: '', function: { name: 'f', arguments: ':1}' } }),
        call({ id: '', function: { name: 'f', arguments: '' } }),
        call({ id: '', function: { name: 'g', arguments: '{"b"' } }),
        call({ function: { arguments: ':2}' } }),
      ],
    ],
  ])('%s', (_name, deltas) => {
    expect(callsIn(...deltas)).toMatchObject([
      { name: 'f', args: { a: 1 } },
      { name: 'g', args: { b: 2 } },
    ])
  })

  test('of one tool by arguments that are whole', () => {
    const again = { name: 'f', arguments: '{"a":2}' }
    expect(callsIn(call({ index: 0, function: f }, { index: 0, function: again }))).toMatchObject([
      { id: 'call-1', args: { a: 1 } },
      { id: 'call-2', args: { a: 2 } },
    ])
  })

  test('and an id for several is none', () => {
    const deltas = [call({ index: 0, id: 'x', function: f }, { index: 1, id: 'x', function: g })]
    expect(callsIn(...deltas)).toMatchObject([{ args: { a: 1 } }, { args: { b: 2 } }])
  })
})

test.each([undefined, '', '{}'])('a call may have no arguments: %j', (args) => {
  const fragment = { index: 0, id: 'x', function: { name: 'f', arguments: args } }
  expect(callsIn(call(fragment))).toMatchObject([{ args: {}, state: 'ready' }])
})

test('where ids are, a name without one is the same call', () => {
  const deltas = [
    call({ index: 0, id: 'x', function: { name: 'f', arguments: '{"a":' } }),
    call({ index: 0, function: { name: 'f', arguments: '1}' } }),
    call({ index: 0, function: { name: 'f', arguments: ' ' } }),
  ]
  expect(callsIn(...deltas)).toMatchObject([{ id: 'x', name: 'f', args: { a: 1 } }])
})

describe('one call comes', () => {
  test.each<[string, object[]]>([
    [
      'with another id in each fragment, as from Kimi and LM Studio',
      [
        call({ index: 0, id: 'x', function: { name: 'list_issues', arguments: '' } }),
        call({ index: 0, id: 'x2', function: { name: null, arguments: '{"a' } }),
        call({ index: 0, id: 'x3', function: { name: '', arguments: '":1' } }),
        call({ index: 0, function: { arguments: '}' } }),
      ],
    ],
    [
      'with its name in fragments, as from Kimi and Gemini',
      [
        call({ index: 0, id: 'x', function: { name: 'list_iss', arguments: '' } }),
        call({ index: 0, id: 'x', function: { name: 'u', arguments: '' } }),
        call({ index: 0, function: { name: 'es', arguments: '{"a":1}' } }),
      ],
    ],
  ])('%s', (_name, deltas) => {
    expect(callsIn(...deltas)).toMatchObject([{ id: 'x', name: 'list_issues', args: { a: 1 } }])
    expect(callsIn(...deltas)).toHaveLength(1)
  })
})

test.each([null, {}, { index: 0, id: '', function: { name: '', arguments: '' } }])(
  '%j is no call',
  (fragment) => {
    expect(callsIn({ tool_calls: [fragment], content: 'Hi' })).toEqual([
      { type: 'text', text: 'Hi' },
    ])
  },
)

test('a call may have an object as an argument', () => {
  const fragments = ['{"a":', '{}', '}'].map((text) =>
    call({ index: 0, function: { arguments: text } }),
  )
  expect(callsIn(...fragments)).toMatchObject([{ args: { a: {} } }])
})

test('a call may get its name and id late', () => {
  const deltas = [
    call({ index: 0, function: { arguments: '{' } }),
    call({ index: 0, id: 'x', function: { name: 'f', arguments: '}' } }),
  ]
  expect(callsIn(...deltas)).toMatchObject([{ name: 'f', args: {} }])
})

describe('any calls, written as any backend writes them, are those calls', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constantFrom({}, '{}', '}{'))
  const sent = fc.record({
    name: fc.constantFrom('f', 'g'),
    args: fc.dictionary(fc.constantFrom('a', 'b'), value),
  })
  const manner = fc.record({
    index: fc.constantFrom('right', 'zero', 'none'),
    later: fc.constantFrom('nothing', 'empty', 'again'),
    isMixed: fc.boolean(),
    isTogether: fc.boolean(),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
  })
  type Sent = typeof sent extends fc.Arbitrary<infer Value> ? Value : never
  type Manner = typeof manner extends fc.Arbitrary<infer Value> ? Value : never

  /** The fragments of one call. */
  function fragmentsOf({ name, args }: Sent, at: number, { index, later, cuts }: Manner): object[] {
    const text = JSON.stringify(args)
    const ends = cuts.map((share) => Math.floor(share * text.length)).toSorted((a, b) => a - b)
    const pieces = [...ends, text.length].map((end, piece) => text.slice(ends[piece - 1] ?? 0, end))
    const indexes = { right: { index: at }, zero: { index: 0 }, none: {} }
    return pieces.map((piece, number) => {
      const isFirst = number === 0 || later === 'again'
      const rest = later === 'empty' ? '' : undefined
      const known = isFirst ? { id: `id-${at}`, name } : { id: rest, name: rest }
      const called = { name: known.name, arguments: piece }
      return { ...indexes[index], id: known.id, function: called }
    })
  }

  test('in fragments', () => {
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 4 }), manner, (calls, how) => {
        const each = calls.map((one, at) => fragmentsOf(one, at, how))
        const isTold = how.index === 'right' || how.later === 'again'
        const all =
          how.isMixed && isTold
            ? each[0]!.flatMap((_, number) => each.flatMap((own) => own[number] ?? []))
            : each.flat()
        const deltas = how.isTogether ? [call(...all)] : all.map((one) => call(one))
        expect(callsIn(...deltas)).toMatchObject(
          calls.map(({ name, args }, at) => ({ id: `id-${at}`, name, args })),
        )
      }),
      { numRuns: 500 },
    )
  })
})

test('a call was once a function call', () => {
  const deltas = [
    { function_call: { name: 'f', arguments: '' } },
    { function_call: { arguments: '{"a":1}' } },
  ]
  expect(callsIn(...deltas)).toMatchObject([{ name: 'f', args: { a: 1 } }])
})

test.each([auto, openaiChat])('a reply to %o waits for tools, though it says stop', (protocol) => {
  const delta = call({ index: 0, id: 'x', function: f })
  const chunk = { choices: [{ index: 0, delta, finish_reason: 'stop' }] }
  expect(receiveData(protocol(), chunk, '[DONE]').draft.snapshot()).toMatchObject({
    finishReason: 'tool-calls',
    rawFinishReason: 'stop',
  })
})
