import { expect, test } from 'vitest'
import { createParser, readEvents, StreamError, type StreamFormat } from 'brooklet/parser'

const csv = 'csv' as StreamFormat

test('a format that there is none of is refused with those that there are', async () => {
  const message = 'Expected format to be sse, ndjson, json-seq or text, got csv'
  const expected = new StreamError('invalid-option', message)
  expect(() => createParser(csv, { onEvent: () => {} })).toThrow(expected)
  const events = readEvents(new Response('a').body!, { format: csv })
  await expect(events.next()).rejects.toThrow(expected)
})
