import { expect, test } from 'vitest'
import { negotiate } from '../../src/server/negotiate.js'

test.each([
  [null, 'sse', 'text/event-stream'],
  ['', 'sse', 'text/event-stream'],
  ['*/*', 'sse', 'text/event-stream'],
  ['text/event-stream', 'sse', 'text/event-stream'],
  ['application/x-ndjson', 'ndjson', 'application/x-ndjson'],
  ['Application/JSONL', 'ndjson', 'application/jsonl'],
  ['application/json-seq', 'json-seq', 'application/json-seq'],
  ['text/event-stream;q=0.5, application/x-ndjson', 'ndjson', 'application/x-ndjson'],
  ['application/x-ndjson; q=0.5 , text/event-stream; q=0.8', 'sse', 'text/event-stream'],
  ['application/json-seq, application/x-ndjson, text/event-stream', 'sse', 'text/event-stream'],
  ['application/json-seq, application/x-ndjson', 'ndjson', 'application/x-ndjson'],
  ['*/*, application/x-ndjson', 'ndjson', 'application/x-ndjson'],
  ['application/x-ndjson;q=0.1, */*;q=0.2', 'sse', 'text/event-stream'],
  ['text/*, application/x-ndjson;q=0.9', 'sse', 'text/event-stream'],
  ['text/event-stream;q=0, */*', 'ndjson', 'application/x-ndjson'],
  ['text/event-stream;q=0.1, */*;q=0.5', 'ndjson', 'application/x-ndjson'],
  ['text/event-stream;q=0.1, text/*, application/jsonl;q=0.2', 'ndjson', 'application/jsonl'],
  ['application/jsonl;q=0.2, application/x-ndjson;q=0.8', 'ndjson', 'application/x-ndjson'],
  ['application/x-ndjson;q=0, application/*', 'json-seq', 'application/json-seq'],
  ['application/*', 'ndjson', 'application/x-ndjson'],
  ['application/*, */*', 'ndjson', 'application/x-ndjson'],
  ['application/x-ndjson;q=0', 'sse', 'text/event-stream'],
  ['application/x-ndjson; charset=utf-8; q=0.5', 'ndjson', 'application/x-ndjson'],
  ['application/x-ndjson;q=none', 'sse', 'text/event-stream'],
  ['text/html, application/json', 'sse', 'text/event-stream'],
  ['text/plain', 'sse', 'text/event-stream'],
])('Accept: %s → %s', (accept, format, contentType) => {
  expect(negotiate(accept)).toMatchObject({ format, contentType })
})

test('what the hooks ask for is answered with server-sent events', () => {
  const accept =
    'text/event-stream, application/x-ndjson;q=0.9, application/json-seq;q=0.8, text/plain;q=0.7, */*;q=0.1'
  expect(negotiate(accept).format).toBe('sse')
})
