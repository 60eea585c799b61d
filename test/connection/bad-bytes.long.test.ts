// A gigabyte in one event, or in what is none: the memory stays bounded.
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { createEventStream } from '../../src/stores/events/event-stream.js'
import { startHttp } from '../support/http.js'

const MiB = 2 ** 20

function* gigabyte(start: string, end: string): Generator<string> {
  const piece = start.padEnd(64 * 1024 - end.length, 'x') + end
  for (let size = 0; size < 1024 * MiB; size += piece.length) yield piece
  yield '\ndata: after\n\n'
}

/** What comes of it, and the most MiB that the process had meanwhile on top of what it had before. */
async function read(pieces: Generator<string>) {
  const server = await startHttp((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    Readable.from(pieces)
      .on('error', () => {})
      .pipe(response)
  })
  onTestFinished(server.close)
  const before = process.memoryUsage().rss
  let peak = before
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20)
  const stream = createEventStream(server.url, { retry: false })
  stream.open()
  const status = (): string => stream.getSnapshot().status
  await expect.poll(status, { timeout: 120_000 }).toMatch(/closed|failed/)
  clearInterval(sampler)
  return { ...stream.getSnapshot(), grown: (peak - before) / MiB }
}

test.each([
  ['one line', ''],
  ['many lines', '\n'],
])('an event of a gigabyte in %s is given up', async (how, end) => {
  const { status, error, grown } = await read(gigabyte('data: ', end))
  console.log(how, { grown })
  expect(status).toBe('failed')
  expect(error).toMatchObject({ code: 'too-large', retryable: false })
  expect(grown).toBeLessThan(300)
})

test('a comment of a gigabyte is read past', async () => {
  const { data, error, grown } = await read(gigabyte(': ', ''))
  console.log('comment', { grown })
  expect(data).toBe('after')
  expect(error).toBe(undefined)
  expect(grown).toBeLessThan(300)
})
