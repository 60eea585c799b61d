import { expect, test } from 'vitest'
import * as v from 'valibot'
import { z } from 'zod'
import { StreamError } from '../../../src/errors.js'
import { parseValue, type ValueParser } from '../../../src/stores/events/parse-value.js'

function parse(parser: ValueParser<unknown>, data: string): unknown {
  return parseValue(parser, { type: 'reading', data, lastEventId: '' })
}

function failure(parser: ValueParser<unknown>, data: string): StreamError {
  try {
    parse(parser, data)
  } catch (error) {
    return error as StreamError
  }
  throw new Error('It parsed')
}

test('text is the data, json its value', () => {
  expect(parse('text', '{"a":1}')).toBe('{"a":1}')
  expect(parse('json', '{"a":1}')).toEqual({ a: 1 })
  expect(parse('json', 'null')).toBe(null)
})

test('a function gets the data and the event', () => {
  expect(parse((data, { type }) => `${type}=${data}`, '1')).toBe('reading=1')
})

test('a Standard Schema gives its output', () => {
  expect(parse(z.object({ cpu: z.coerce.number() }), '{"cpu":"0.5","more":true}')).toEqual({
    cpu: 0.5,
  })
})

test('what does not fit a schema is an error that says where', () => {
  const reading = z.object({ cpu: z.number(), of: z.object({ host: z.string() }) })
  const error = failure(reading, '{"cpu":"hot","of":{}}')
  expect(error).toMatchObject({ code: 'parse', body: '{"cpu":"hot","of":{}}' })
  expect(error.message).toMatch(/cpu: .*of\.host: /s)
})

test.each<[string, ValueParser<unknown>]>([
  ['of zod', z.object({ cpu: z.number('no number'), of: z.object({ host: z.string('none') }) })],
  [
    'of valibot',
    v.object({ cpu: v.number('no number'), of: v.object({ host: v.string('none') }) }),
  ],
])('each issue %s has its place before it, unless it is the whole', (_, schema) => {
  const wrong = failure(schema, '{"cpu":"hot","of":{"host":7}}')
  expect(wrong.message).toContain('(TypeError: cpu: no number; of.host: none)')
  expect(failure(schema, '7').message).toMatch(/TypeError: Invalid/)
})

test('a Standard Schema that is a function is still a schema', () => {
  const schema = Object.assign(() => 'called', {
    '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: [value] }) },
  } as const)
  expect(parse(schema, '1')).toEqual([1])
})

test('an asynchronous schema is refused: events come in order', () => {
  const schema = z.string().refine(async () => true)
  expect(failure(schema, '"a"').message).toMatch(/async/i)
})

test('a parse error names the event, says why, and carries the data', () => {
  const error = failure('json', 'Oops: no JSON')
  expect(error).toBeInstanceOf(StreamError)
  expect(error).toMatchObject({ code: 'parse', body: 'Oops: no JSON', retryable: false })
  expect(error.message).toContain('reading')
  expect(error.message).toContain('Oops: no JSON')
  expect(error.cause).toBeInstanceOf(SyntaxError)
})

test('of long data it carries the first 64 Ki, and quotes less', () => {
  const error = failure('json', 'x'.repeat(100_000))
  expect(error.body).toHaveLength(65_536)
  expect(error.message.length).toBeLessThan(500)
})

test('what a parser throws is a parse error', () => {
  const thrower = (): never => {
    throw new RangeError('too hot')
  }
  expect(failure(thrower, '1')).toMatchObject({
    code: 'parse',
    message: expect.stringContaining('too hot'),
  })
})

test("a parser's own StreamError stays as it is", () => {
  const own = new StreamError('protocol', 'mine')
  const thrower = (): never => {
    throw own
  }
  expect(failure(thrower, '1')).toBe(own)
})
