// What React Native streams by, in a browser, whose XMLHttpRequest is the original.
import { afterEach, expect, test } from 'vitest'
import { createEventStream } from '../../src/stores/events/event-stream.js'
import { startServer } from '../servers/server.js'

const streams = Object.getOwnPropertyDescriptor(Response.prototype, 'body')!

afterEach(() => {
  Object.defineProperty(Response.prototype, 'body', streams)
})

/** From now on this is a platform whose responses have no body. */
function withoutBodies(): void {
  delete (Response.prototype as { body?: unknown }).body
}

function collect(url: string) {
  const stream = createEventStream<string, string[]>(url, {
    initial: [],
    parse: 'text',
    reduce: (seen, { data }) => [...seen, data],
    closeOn: 'end',
    retry: false,
  })
  stream.open()
  return stream
}

test('events arrive as they come, and leaving reaches the server', async () => {
  withoutBodies()
  const server = await startServer('node-chinese')
  const stream = collect(server.url)
  await expect.poll(() => stream.getSnapshot().status).toBe('closed')
  expect(stream.getSnapshot().data).toEqual(['你好，世界', '流式传输', '完'])
  Object.defineProperty(Response.prototype, 'body', streams)
  await expect.poll(server.seen).toMatchObject([{ disconnected: true }])
})

test('an error has the status and the body of the answer', async () => {
  withoutBodies()
  const server = await startServer('answers')
  const stream = collect(`${server.url}/busy`)
  await expect.poll(() => stream.getSnapshot().status).toBe('failed')
  expect(stream.getSnapshot().error).toMatchObject({ code: 'http', status: 503, body: 'busy' })
})

test('a server that is not there is a network error', async () => {
  withoutBodies()
  const stream = collect('http://127.0.0.1:9/events')
  await expect.poll(() => stream.getSnapshot().status).toBe('failed')
  expect(stream.getSnapshot().error?.code).toBe('network')
})
