import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { wiredFetch } from '../../playground/src/wire/wired-fetch.js'
import type { RequestEnd, WatchedRequest, Watcher } from '../../playground/src/wire/wired-fetch.js'
import { startHttp } from '../support/http.js'
import type { HttpServer } from '../support/http.js'

let server: HttpServer | undefined
afterEach(() => server?.close())

interface Seen {
  requests: WatchedRequest[]
  chunks: string[]
  events: string[]
  ends: RequestEnd[]
  cut(): void
}

function watched(): Seen & { fetch: typeof fetch } {
  const seen: Seen = { requests: [], chunks: [], events: [], ends: [], cut() {} }
  const watcher: Watcher = {
    onResponse: (_, cut) => (seen.cut = cut),
    onChunk: (chunk) => seen.chunks.push(new TextDecoder().decode(chunk)),
    onEvent: ({ data }) => seen.events.push(data),
    onComment: () => {},
    onRetry: () => {},
    onEnd: (end) => seen.ends.push(end),
  }
  const watch = (request: WatchedRequest): Watcher => {
    seen.requests.push(request)
    return watcher
  }
  return Object.assign(seen, { fetch: wiredFetch(watch) })
}

/** A stream that stays open, and says when its reader has left. */
async function openStream(): Promise<{ url: string; left: Promise<void> }> {
  let leave = (): void => {}
  const left = new Promise<void>((resolve) => (leave = resolve))
  server = await startHttp((_, response) => {
    response.on('close', leave)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-location': '/rest' })
    response.write('data: first\n\n')
  })
  return { url: `${server.url}/events`, left }
}

test('passes the response through as it came, and parses a copy', async () => {
  server = await startHttp((_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.end('{"n":1}\n{"n":2}')
  })
  const seen = watched()
  const response = await seen.fetch(server.url, { headers: { 'Last-Event-ID': '7' } })
  expect(response.url).toBe(`${server.url}/`)
  expect(response.headers.get('content-type')).toBe('application/x-ndjson')
  expect(await response.text()).toBe('{"n":1}\n{"n":2}')
  expect(seen.events).toEqual(['{"n":1}', '{"n":2}'])
  expect(seen.requests).toEqual([{ method: 'GET', url: server.url, lastEventId: '7' }])
  expect(seen.ends).toEqual([{ how: 'ended' }])
})

test('reads nothing before the consumer asks', async () => {
  const { url } = await openStream()
  const seen = watched()
  const response = await seen.fetch(url)
  await wait(0)
  expect(seen.chunks).toEqual([])
  await response.body!.getReader().read()
  expect(seen.chunks).toEqual(['data: first\n\n'])
})

test('lets the server know when the consumer leaves', async () => {
  const { url, left } = await openStream()
  const seen = watched()
  const reader = (await seen.fetch(url)).body!.getReader()
  await reader.read()
  await reader.cancel()
  await left
  expect(seen.ends).toEqual([{ how: 'closed', reason: undefined }])
})

test('lets the server know when the request is aborted', async () => {
  const { url, left } = await openStream()
  const seen = watched()
  const controller = new AbortController()
  const reader = (await seen.fetch(url, { signal: controller.signal })).body!.getReader()
  await reader.read()
  const next = reader.read()
  controller.abort()
  await expect(next).rejects.toMatchObject({ name: 'AbortError' })
  await left
  expect(seen.ends).toMatchObject([{ how: 'closed' }])
})

test('cuts the connection as a network would', async () => {
  const { url, left } = await openStream()
  const seen = watched()
  const reader = (await seen.fetch(url)).body!.getReader()
  await reader.read()
  const next = reader.read()
  seen.cut()
  await expect(next).rejects.toThrow('network error')
  await left
  expect(seen.ends).toMatchObject([{ how: 'lost' }])
})

test('tells a failed connection from one that the page gave up', async () => {
  const { url } = await openStream()
  await server?.close()
  const seen = watched()
  await expect(seen.fetch(url)).rejects.toThrow()
  await expect(seen.fetch(url, { signal: AbortSignal.abort() })).rejects.toThrow()
  expect(seen.ends.map(({ how }) => how)).toEqual(['lost', 'closed'])
})
