import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { createParser, StreamError, type StreamEvent, type StreamFormat } from 'brooklet/parser'
import { bytesOf, createReading, parsed } from './parsing.js'

function dataOf(format: StreamFormat, chunks: (Uint8Array | string)[]): string[] {
  return parsed(format, chunks).events.map(({ data }) => data)
}

function thrownBy(action: () => void): unknown {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}

describe('chunks', () => {
  test('may be bytes and strings by turns', () => {
    expect(dataOf('sse', [bytesOf('data: a'), 'b\nda', bytesOf('ta: c\n'), '\n'])).toEqual([
      'ab\nc',
    ])
  })

  test('need not be of this realm', () => {
    const foreign = runInNewContext(`Uint8Array.of(${bytesOf('data: a\n\n').join()})`) as Uint8Array
    expect(foreign instanceof Uint8Array).toBe(false)
    expect(dataOf('sse', [foreign])).toEqual(['a'])
  })

  test('lose one BOM, in bytes or in a string', () => {
    for (const format of ['ndjson', 'text'] as const) {
      expect(dataOf(format, ['', '\uFEFF\uFEFFa'])).toEqual(['\uFEFFa'])
      expect(dataOf(format, [bytesOf('\uFEFF\uFEFFa')])).toEqual(['\uFEFFa'])
    }
  })

  test('of text keep a surrogate pair together', () => {
    expect(dataOf('text', ['a\uD83D', '\uDE00b'])).toEqual(['a', '😀b'])
    expect(dataOf('text', ['a\uD83D'])).toEqual(['a', '\uD83D'])
  })
})

describe('events', () => {
  test('of formats without names are messages, with the id of the connection', () => {
    for (const format of ['ndjson', 'json-seq', 'text'] as const) {
      const { events, lastEventId } = parsed(format, ['\u001E{}\n'], { lastEventId: '7' })
      expect(events).toMatchObject([{ type: 'message', lastEventId: '7' }])
      expect(lastEventId).toBe('7')
    }
  })

  test('are plain objects of three fields', () => {
    const [event] = parsed('sse', ['event: tick\nid: 1\ndata: a\n\n']).events
    expect(event).toStrictEqual({ type: 'tick', data: 'a', lastEventId: '1' })
  })

  test('reach handlers as methods, with their object', () => {
    const handlers = {
      seen: [] as string[],
      onEvent({ data }: StreamEvent) {
        this.seen.push(data)
      },
      onComment(text: string) {
        this.seen.push(text)
      },
      onRetry(milliseconds: number) {
        this.seen.push(String(milliseconds))
      },
    }
    createParser('sse', handlers).push(':hi\nretry: 10\ndata: a\n\n')
    for (const format of ['ndjson', 'json-seq', 'text'] as const) {
      createParser(format, handlers).push('\u001E{}\n')
    }
    expect(handlers.seen).toEqual(['hi', '10', 'a', '\u001E{}', '{}', '\u001E{}\n'])
  })

  test('come without handlers for comments and reconnection times, too', () => {
    const seen: string[] = []
    const parser = createParser('sse', { onEvent: ({ data }) => void seen.push(data) })
    parser.push(':hi\nretry: 10\ndata: a\n\n')
    expect(seen).toEqual(['a'])
  })

  test('have committed their id when their handler runs', () => {
    const seen: string[] = []
    const parser = createParser('sse', { onEvent: () => void seen.push(parser.lastEventId) })
    parser.push('id: 1\ndata: a\n\nid: 2\ndata: b\n\n')
    expect(seen).toEqual(['1', '2'])
  })
})

describe('field names', () => {
  const names = ['data', 'event', 'id', 'retry']
  const nearMisses = names.flatMap((name) =>
    Array.from(name, (_, at) => `${name.slice(0, at)}x${name.slice(at + 1)}`),
  )

  test.each([...nearMisses, 'DATA', 'dat', 'datas', ' data', 'data '])('%s is none', (name) => {
    const { events, retries, lastEventId } = parsed('sse', [`data: a\n${name}\n${name}: 1\n\n`])
    expect(events).toEqual([{ type: 'message', data: 'a', lastEventId: '' }])
    expect(retries).toEqual([])
    expect(lastEventId).toBe('')
  })
})

test('an NDJSON line is blank by the white space of JSON only', () => {
  expect(dataOf('ndjson', [' \t\r\n\u00A0\n\uFEFF\n'])).toEqual(['\u00A0', '\uFEFF'])
})

describe('the end of an event stream', () => {
  const unfinished = (text: string): unknown => parsed('sse', [text]).unfinished

  test('returns the unfinished event', () => {
    expect(unfinished('event: done\ndata: a\ndata: b\n')).toEqual({
      type: 'done',
      data: 'a\nb',
      lastEventId: '',
    })
    expect(unfinished('data: {"content":"lo"}\n')).toMatchObject({ data: '{"content":"lo"}' })
  })

  test('counts a last line of data that has not ended', () => {
    expect(unfinished('data: [DONE]')).toMatchObject({ data: '[DONE]' })
    expect(unfinished('data:a\ndata:b')).toMatchObject({ data: 'a\nb' })
    expect(parsed('sse', ['dat', 'a: x', bytesOf('溪').subarray(0, 2)]).unfinished).toMatchObject({
      data: 'x\uFFFD',
    })
  })

  test('counts no other last line that has not ended', () => {
    const reading = parsed('sse', ['data: a\n\ndata: b\nevent: don'])
    expect(reading.unfinished).toEqual({ type: 'message', data: 'b', lastEventId: '' })
    expect(parsed('sse', ['data: a\nretry: 10']).retries).toEqual([])
    expect(parsed('sse', ['data: a\n: hi']).comments).toEqual([])
    expect(unfinished('dat')).toBeUndefined()
    expect(unfinished('data')).toBeUndefined()
  })

  test('returns nothing where there is no unfinished event', () => {
    for (const text of ['', 'data: a\n\n', 'data: a\r\r', ': hi', 'id: 1\nevent: a\n']) {
      expect(unfinished(text)).toBeUndefined()
    }
  })

  test('does not count an unfinished id', () => {
    const reading = parsed('sse', ['id: 1\ndata: a\n\nid: 2\ndata: b\n'])
    expect(reading.unfinished).toMatchObject({ data: 'b', lastEventId: '1' })
    expect(reading.lastEventId).toBe('1')
  })
})

test('the end of the other formats comes as events', () => {
  expect(parsed('ndjson', ['{"a":1}\n{"b"'])).toMatchObject({
    unfinished: undefined,
    events: [{ data: '{"a":1}' }, { data: '{"b"' }],
  })
  expect(dataOf('ndjson', ['1\n2\r'])).toEqual(['1', '2'])
  expect(dataOf('json-seq', ['\u001E[1]'])).toEqual(['[1]'])
  expect(dataOf('json-seq', ['\u001E1'])).toEqual([])
  expect(dataOf('text', [bytesOf('a溪').subarray(0, 3)])).toEqual(['a', '\uFFFD'])
})

describe('json-seq', () => {
  test('drops a scalar without white space behind it, and only that', () => {
    expect(dataOf('json-seq', ['\u001E12\u001Etrue\u001Enull\u001E-1.5e3\u001E{}\n'])).toEqual([
      '{}',
    ])
    expect(dataOf('json-seq', ['\u001E12 \u001Etru\u001E"a"\u001E{"a"\u001E{}\n'])).toEqual([
      '12 ',
      'tru',
      '"a"',
      '{"a"',
      '{}',
    ])
  })

  test('delivers at the LF, without it', () => {
    const { parser, reading } = createReading('json-seq')
    parser.push('\u001E{"a":"}\\"]\\n"}\n')
    expect(reading.events).toMatchObject([{ data: '{"a":"}\\"]\\n"}' }])
    parser.push('\u001E[\n{\n}')
    parser.push('\n')
    expect(reading.events).toHaveLength(1)
    parser.push(']\n')
    expect(reading.events).toHaveLength(2)
  })
})

describe('maxEventSize', () => {
  const oversize: Record<string, [StreamFormat, string]> = {
    'an SSE data line': ['sse', `data: ${'x'.repeat(100)}\n\n`],
    'an SSE data line that never ends': ['sse', `data: ${'x'.repeat(100)}`],
    'the data lines of an SSE event': ['sse', `${'data: 1234567\n'.repeat(12)}\n`],
    'an SSE event name': ['sse', `event: ${'x'.repeat(100)}`],
    'an SSE id': ['sse', `id: ${'x'.repeat(100)}\n`],
    'a comment that is listened to': ['sse', `:${'x'.repeat(100)}`],
    'an NDJSON line': ['ndjson', `"${'x'.repeat(100)}"\n`],
    'an NDJSON line that never ends': ['ndjson', 'x'.repeat(100)],
    'a json-seq element': ['json-seq', `\u001E"${'x'.repeat(100)}"\n`],
    'a json-seq element that never ends': ['json-seq', `\u001E[${'1,'.repeat(50)}`],
    'text before the first RS': ['json-seq', '{}\n'.repeat(50)],
  }

  test.each(Object.entries(oversize))('bounds %s', (_, [format, text]) => {
    for (const chunks of [[text], text.split(''), text.match(/[^]{1,7}/g)!]) {
      const error = thrownBy(() => parsed(format, chunks, { maxEventSize: 64 }))
      expect(error).toBeInstanceOf(StreamError)
      expect(error).toMatchObject({
        code: 'too-large',
        retryable: false,
        message: expect.stringMatching(/64 .*maxEventSize/),
      })
    }
  })

  const ignored: Record<string, [StreamFormat, string, string]> = {
    'a comment that nobody listens to': ['sse', ':', 'data: a\n\n'],
    'an unknown field': ['sse', 'datum: ', 'data: a\n\n'],
    'a field whose name begins like a known one': ['sse', 'eventual', 'data: a\n\n'],
    'white space between elements': ['json-seq', '\n', '\u001E{}\n'],
  }

  test.each(Object.entries(ignored))('does not count %s', (_, [format, start, event]) => {
    const long = start + (format === 'sse' ? 'x'.repeat(100) : '\n'.repeat(100))
    for (const chunks of [[long], long.split('')]) {
      const events: string[] = []
      const parser = createParser(
        format,
        { onEvent: ({ data }) => void events.push(data) },
        { maxEventSize: 64 },
      )
      for (const chunk of chunks) parser.push(chunk)
      parser.push(`\n${event}`)
      expect(events).toHaveLength(1)
    }
  })

  test.each([
    ['sse', (data: string) => `data: ${data}\n\n`],
    ['sse', (data: string) => `event: update\nid: 1\ndata:${data}\n\n`],
    ['sse', (data: string) => `data: ${data.slice(33)}\ndata: ${data.slice(0, 32)}\n\n`],
    ['ndjson', (data: string) => `${data}\n`],
    ['json-seq', (data: string) => `\u001E"${data.slice(2)}"\n`],
  ] as const)(
    '%s: data of that length is not too large, and one character more is',
    (format, of) => {
      const just = of('x'.repeat(64))
      const more = of('x'.repeat(65))
      for (const cut of [(text: string) => [text], (text: string) => text.split('')]) {
        const { events } = parsed(format, cut(just), { maxEventSize: 64 })
        expect(events.map(({ data }) => data.length)).toEqual([64])
        const error = thrownBy(() => parsed(format, cut(more), { maxEventSize: 64 }))
        expect(error).toMatchObject({ code: 'too-large' })
      }
    },
  )

  test('counts one event, not the stream', () => {
    const text = 'data: 12345678901234567890\n\n'.repeat(1000)
    expect(parsed('sse', text.match(/[^]{1,100}/g)!, { maxEventSize: 64 }).events).toHaveLength(
      1000,
    )
  })

  test('is 16 Mi characters by default', () => {
    const chunk = 'x'.repeat(1024 * 1024)
    const parser = createParser('ndjson', { onEvent: () => {} })
    for (let mebi = 0; mebi < 16; mebi++) parser.push(chunk)
    expect(thrownBy(() => parser.push('x'))).toMatchObject({ code: 'too-large' })
  })
})

describe('after an error', () => {
  test('events before it have been delivered', () => {
    const { parser, reading } = createReading('sse', { maxEventSize: 64 })
    const error = thrownBy(() => parser.push(`data: a\n\ndata: ${'x'.repeat(100)}`))
    expect(error).toMatchObject({ code: 'too-large' })
    expect(reading.events).toMatchObject([{ data: 'a' }])
  })

  test('the parser stays shut: it has lost its place', () => {
    const { parser, reading } = createReading('ndjson', { maxEventSize: 4 })
    const error = thrownBy(() => parser.push('12345'))
    expect(thrownBy(() => parser.push('6\n7\n'))).toBe(error)
    expect(thrownBy(() => parser.push(bytesOf('8\n')))).toBe(error)
    expect(parser.end()).toBeUndefined()
    expect(reading.events).toEqual([])
  })

  test('of a handler, that error comes out of push', () => {
    const error = new Error('handler')
    let calls = 0
    const onEvent = (): void => {
      calls++
      throw error
    }
    const parser = createParser('sse', { onEvent })
    expect(thrownBy(() => parser.push('data: a\n\ndata: b\n\n'))).toBe(error)
    expect(thrownBy(() => parser.push('data: c\n\n'))).toBe(error)
    expect(parser.end()).toBeUndefined()
    expect(calls).toBe(1)
  })
})
