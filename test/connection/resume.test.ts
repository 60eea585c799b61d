import { expect, test } from 'vitest'
import { announcedUrl } from '../../src/connection/announced-url.js'
import { connected, type Harness } from './harness.js'

async function cutAfter(...chunks: string[]): Promise<Harness> {
  const harness = await connected()
  const { server, clock } = harness
  server.last.open()
  for (const chunk of chunks) server.last.send(chunk)
  await clock.advance(0)
  server.last.cut()
  await clock.advance(1_000)
  return harness
}

function resentId({ server }: Harness): string | null {
  return server.last.headers.get('last-event-id')
}

test('a lost stream is asked for from the last id on', async () => {
  expect(resentId(await cutAfter('id: 1\ndata: a\n\nid: 2\ndata: b\n\n'))).toBe('2')
})

test('the last id stays when later events have none', async () => {
  expect(resentId(await cutAfter('id: 1\ndata: a\n\n', 'data: b\n\n'))).toBe('1')
})

test('an empty id takes it back: no header, rather than an empty one', async () => {
  expect(resentId(await cutAfter('id: 1\ndata: a\n\n', 'id\ndata: b\n\n'))).toBe(null)
})

test('an event that was cut does not move the id', async () => {
  expect(resentId(await cutAfter('id: 1\ndata: a\n\n', 'id: 2\ndata: b\n'))).toBe('1')
})

test('a block of an id alone moves it, and is no event', async () => {
  const harness = await cutAfter('id: 1\ndata: a\n\n', 'id: 2\n\n')
  expect(resentId(harness)).toBe('2')
  expect(harness.log.slice(0, 3)).toEqual(['connecting', 'open', 'a'])
})

test('the id outlives a reconnection whose stream has none', async () => {
  const harness = await cutAfter('id: 1\ndata: a\n\n')
  const { server, clock, connection } = harness
  server.last.open()
  server.last.send('data: b\n\n')
  await clock.advance(0)
  server.last.cut()
  await clock.advance(1_000)
  expect(resentId(harness)).toBe('1')
  expect(connection.lastEventId).toBe('1')
})

test('each reconnection has a fresh parser: no half line, no half character of the old one', async () => {
  const harness = await connected()
  const { server, clock, log } = harness
  server.last.open()
  server.last.send('data: lost\ndata: ha')
  server.last.send(new Uint8Array([0xe4, 0xbd]))
  await clock.advance(0)
  server.last.cut()
  await clock.advance(1_000)
  server.last.open()
  server.last.send('\uFEFFdata: whole\n\n')
  await clock.advance(0)
  expect(log.at(-1)).toBe('whole')
})

test('an initial id is taken for received', async () => {
  const { connection } = await connected({}, { lastEventId: '9' })
  expect(connection.lastEventId).toBe('9')
})

const response = (headers: HeadersInit, url = '') =>
  Object.defineProperty(new Response('', { headers }), 'url', { value: url })

test('Content-Location says where a response can be had again, against its URL', () => {
  const at = (location: string, headers?: HeadersInit) =>
    announcedUrl(
      'content-location',
      response({ 'content-location': location }, 'https://a.test/api/chat'),
      'https://a.test/before-the-redirect',
      { headers },
    )
  expect(at('/streams/7')).toBe('https://a.test/streams/7')
  expect(at('chat/7')).toBe('https://a.test/api/chat/7')
  expect(at('https://a.test/x', { authorization: 'secret' })).toBe('https://a.test/x')
})

test('a redirect to another origin, for which fetch drops Authorization, does not get it later either', () => {
  const after = (requestedUrl: string, headers?: HeadersInit) =>
    announcedUrl(
      'content-location',
      response({ 'content-location': '/streams/7' }, 'https://other.test/api'),
      requestedUrl,
      { headers },
    )
  expect(after('https://a.test/api', { authorization: 'secret' })).toBe(undefined)
  expect(after('https://a.test/api')).toBe('https://other.test/streams/7')
  // Outside a page, only a custom `fetch` knows where this is.
  expect(after('/api', { authorization: 'secret' })).toBe('https://other.test/streams/7')
})

test('Content-Location of another origin is not believed where headers could leak to it', () => {
  const to = (headers?: HeadersInit) =>
    announcedUrl(
      'content-location',
      response({ 'content-location': 'https://evil.test/x' }, 'https://a.test/'),
      'https://a.test/',
      { headers },
    )
  expect(to({ authorization: 'secret' })).toBe(undefined)
  expect(to()).toBe('https://evil.test/x')
})

test('no Content-Location, nothing to resume from', () => {
  expect(announcedUrl('content-location', response({}), 'https://a.test/', {})).toBe(undefined)
})

test('a response made by hand is resolved against the URL asked for, or left to the fetch given', () => {
  const made = response({ 'content-location': '/streams/7' })
  expect(announcedUrl('content-location', made, 'https://a.test/api', {})).toBe(
    'https://a.test/streams/7',
  )
  expect(announcedUrl('content-location', made, '/api', {})).toBe('/streams/7')
})
