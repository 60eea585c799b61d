/**
 * Cost grows with the bytes, not with their square: an event of 8 MiB in pieces of 16 bytes would
 * need 2 TB of searching if each piece began at the start of its line again, which no time limit
 * survives. (`npm run bench` has the figures; a unit test has no business with the clock.)
 */
import { describe, expect, test } from 'vitest'
import { createParser, type StreamFormat } from 'brooklet/parser'
import { bytesOf } from './parsing.js'

const MEBI = 1024 * 1024

const events: Record<string, [StreamFormat, start: string, filler: string, end: string]> = {
  'an SSE line': ['sse', 'data: ', '0123456789abcdef', '\n\n'],
  'an SSE event of many lines': ['sse', '', 'data: 123456789\n', '\n'],
  'an NDJSON line': ['ndjson', '"', '0123456789abcdef', '"\n'],
  'a json-seq string': ['json-seq', '\u001E"', '0123456789abcdef', '"\n'],
  'a json-seq element of many lines': ['json-seq', '\u001E[', '"123456789abc",\n', '1]\n'],
}

describe.each(Object.entries(events))('%s', (_, [format, start, filler, end]) => {
  function dataLength(count: number, filling: Uint8Array | string): number {
    let length = 0
    const parser = createParser(format, { onEvent: ({ data }) => void (length += data.length) })
    parser.push(start)
    for (let i = 0; i < count; i++) parser.push(filling)
    parser.push(end)
    return length
  }

  test('8 MiB in pieces of 16 bytes', () => {
    expect(dataLength((8 * MEBI) / 16, bytesOf(filler))).toBeGreaterThan(4 * MEBI)
  })

  test('1 MiB in pieces of one byte', () => {
    const piece = format === 'json-seq' ? ' ' : 'x'
    expect(dataLength(MEBI, bytesOf(piece))).toBeGreaterThanOrEqual(start === '' ? 0 : MEBI)
  })
})

test('a comment of 64 MiB needs no memory, and an event after it is read', () => {
  const events: string[] = []
  const parser = createParser(
    'sse',
    { onEvent: ({ data }) => void events.push(data) },
    { maxEventSize: 100 },
  )
  const chunk = bytesOf('x'.repeat(64 * 1024))
  parser.push(':')
  for (let i = 0; i < 1024; i++) parser.push(chunk)
  parser.push('\ndata: a\n\n')
  expect(events).toEqual(['a'])
})
