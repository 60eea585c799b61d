/**
 * Cost grows with the bytes, not with their square: an event of 1 MiB in pieces of one byte would need
 * half a TB of searching if each piece began at the start of its line again, which no time limit
 * survives. (`npm run bench` has the figures; a unit test has no business with the clock.)
 */
import { describe, expect, test } from 'vitest'
import { createParser, type StreamFormat } from 'brooklet/parser'
import { eachByte } from '../support/cuts.js'
import { bytesOf, parsed } from './parsing.js'

const MEBI = 1024 * 1024

/** An event is its start, as much of its filler, of 16 bytes, as there is to be, and its end. */
const events: Record<string, [StreamFormat, start: string, filler: string, end: string]> = {
  'an SSE line': ['sse', 'data: ', '0123456789abcdef', '\n\n'],
  'an SSE event of many lines': ['sse', '', 'data: 123456789\n', '\n'],
  'an NDJSON line': ['ndjson', '"', '0123456789abcdef', '"\n'],
  'a json-seq string': ['json-seq', '\u001E"', '0123456789abcdef', '"\n'],
  'a json-seq element of many lines': ['json-seq', '\u001E[', '"123456789abc",\n', '1]\n'],
}

describe.each(Object.entries(events))('%s', (_, [format, start, filler, end]) => {
  /** The characters of data of the events that come of it. */
  function lengths(repeats: number): number[] {
    const found: number[] = []
    const parser = createParser(format, { onEvent: ({ data }) => void found.push(data.length) })
    const pieces = eachByte(bytesOf(filler))
    parser.push(start)
    for (let n = 0; n < repeats; n++) for (const piece of pieces) parser.push(piece)
    parser.push(end)
    return found
  }

  test('1 MiB in pieces of one byte', () => {
    const repeats = MEBI / filler.length
    const [event] = parsed(format, [start + filler.repeat(repeats) + end]).events
    expect(lengths(repeats)).toEqual([event!.data.length])
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
