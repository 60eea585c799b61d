import { expect, test } from 'vitest'
import { detectFormat, type StreamFormat } from 'brooklet/parser'

const formats: [StreamFormat | undefined, ...(string | null)[]][] = [
  [
    'sse',
    'text/event-stream',
    'text/event-stream;',
    'Text/Event-Stream; charset=utf-8',
    ' text/event-stream ;x=y',
    'text/event-stream, text/event-stream',
  ],
  [
    'ndjson',
    'application/x-ndjson',
    'application/ndjson',
    'application/jsonl',
    'application/x-jsonlines',
    'application/jsonlines',
    'application/json-lines',
    'application/X-NDJSON;charset=utf-8',
  ],
  ['json-seq', 'application/json-seq'],
  ['text', 'text/plain', 'text/plain;charset=UTF-8'],
  [
    undefined,
    null,
    '',
    ';',
    'text/html',
    'application/json',
    'text/event-streams',
    'x-text/event-stream',
    'constructor',
  ],
]

test.each(formats)('%s', (format, ...contentTypes) => {
  for (const contentType of contentTypes) {
    expect([contentType, detectFormat(contentType)]).toEqual([contentType, format])
  }
})
