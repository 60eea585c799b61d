import { expect, test } from 'vitest'
import type { RequestOptions } from '../../src/connection/types.js'
import { connected } from './harness.js'

async function sent(options: RequestOptions, lastEventId?: string) {
  const { server, connection } = await connected(options, { lastEventId })
  connection.close()
  return server.last
}

test('a request is a GET that asks for a stream first and takes anything else last', async () => {
  const { url, init, headers } = await sent({})
  expect(url).toBe('https://example.test/events')
  expect(init.method).toBe('GET')
  expect(headers.get('accept')).toMatch(/^text\/event-stream, .*\*\/\*;q=0\.1$/)
  for (const type of ['application/x-ndjson', 'application/json-seq', 'text/plain']) {
    expect(headers.get('accept')).toContain(type)
  }
})

test('an Accept header of the caller is left as it is', async () => {
  const { headers } = await sent({ headers: { Accept: 'application/vnd.mine' } })
  expect(headers.get('accept')).toBe('application/vnd.mine')
})

test('the caches are passed by without a header of ours, which would need a preflight', async () => {
  const { init, headers } = await sent({})
  expect(init.cache).toBe('no-store')
  expect([...headers.keys()]).toEqual(['accept'])
})

test('the method is sent in capitals, and is POST where there is a body', async () => {
  expect((await sent({ method: 'report' })).init.method).toBe('REPORT')
  expect((await sent({ body: 'x' })).init.method).toBe('POST')
  expect((await sent({ body: '' })).init.method).toBe('POST')
  expect((await sent({ body: 'x', method: 'put' })).init.method).toBe('PUT')
})

test('a plain object and an array are sent as JSON', async () => {
  const object = await sent({ body: { 问: '你好' } })
  expect(object.init.body).toBe('{"问":"你好"}')
  expect(object.headers.get('content-type')).toBe('application/json')
  expect((await sent({ body: [1] })).init.body).toBe('[1]')
  expect((await sent({ body: Object.assign(Object.create(null), { a: 1 }) })).init.body).toBe(
    '{"a":1}',
  )
})

test('a content type of the caller stays beside a JSON body', async () => {
  const { headers } = await sent({
    body: { a: 1 },
    headers: { 'content-type': 'application/graphql' },
  })
  expect(headers.get('content-type')).toBe('application/graphql')
})

test('a text, a form, parameters and bytes are sent as they are, without a content type of ours', async () => {
  for (const body of ['plain', new FormData(), new URLSearchParams('a=1'), new Uint8Array([1])]) {
    const { init, headers } = await sent({ body })
    expect(init.body).toBe(body)
    expect(headers.has('content-type')).toBe(false)
  }
})

test('headers may be an object, pairs or Headers', async () => {
  const { headers } = await sent({ headers: { 'x-a': '1' } })
  expect(headers.get('x-a')).toBe('1')
  expect((await sent({ headers: [['x-a', '2']] })).headers.get('x-a')).toBe('2')
  expect((await sent({ headers: new Headers({ 'x-a': '3' }) })).headers.get('x-a')).toBe('3')
})

test('a header without a value is left out', async () => {
  const headers = { authorization: undefined, 'x-a': null, 'x-b': '' } as unknown as HeadersInit
  const sentHeaders = (await sent({ headers })).headers
  expect(sentHeaders.has('authorization')).toBe(false)
  expect(sentHeaders.has('x-a')).toBe(false)
  expect(sentHeaders.get('x-b')).toBe('')
})

test('a function that has no headers to give, as before a user has signed in, gives none', async () => {
  const headers = (() => undefined) as unknown as () => HeadersInit
  expect((await sent({ headers })).headers.get('accept')).toContain('text/event-stream')
})

test('a body may be waited for, and is then sent as it would be', async () => {
  const asked = await sent({ body: async () => ({ a: 1 }) })
  expect(asked.init.body).toBe('{"a":1}')
  expect(asked.headers.get('content-type')).toBe('application/json')
})

test('functions for headers and body are asked again for each attempt', async () => {
  let token = 0
  let turn = 0
  const { server, clock, connection } = await connected({
    headers: async () => ({ authorization: `Bearer ${(token += 1)}` }),
    body: () => ({ turn: (turn += 1) }),
    retry: { replay: true },
  })
  server.last.cut()
  await clock.advance(1_000)
  connection.close()
  expect(server.exchanges.map(({ headers }) => headers.get('authorization'))).toEqual([
    'Bearer 1',
    'Bearer 2',
  ])
  expect(server.exchanges.map(({ init }) => init.body)).toEqual(['{"turn":1}', '{"turn":2}'])
})

test('the credentials are the given ones, and those of fetch by default', async () => {
  expect((await sent({})).init.credentials ?? 'same-origin').toBe('same-origin')
  expect((await sent({ credentials: 'include' })).init.credentials).toBe('include')
})

test('a given fetch is used, and is called without a this', async () => {
  const seen: unknown[] = []
  const own = async function (this: unknown, url: string): Promise<Response> {
    seen.push(this, url)
    return new Response(null, { status: 204 })
  }
  await connected({ fetch: own as typeof fetch })
  expect([undefined, globalThis]).toContain(seen[0])
  expect(seen[1]).toBe('https://example.test/events')
})

test('no Last-Event-ID is sent while there is no id', async () => {
  expect((await sent({})).headers.has('last-event-id')).toBe(false)
})

test('an initial id is sent with the first request', async () => {
  expect((await sent({}, '42')).headers.get('last-event-id')).toBe('42')
})

test('an id beyond Latin-1 is sent as its UTF-8 bytes', async () => {
  const value = (await sent({}, '…')).headers.get('last-event-id')!
  expect([...value].map((character) => character.charCodeAt(0))).toEqual([0xe2, 0x80, 0xa6])
})

test('an id with a tab in it is sent', async () => {
  expect((await sent({}, 'shop\t7')).headers.get('last-event-id')).toBe('shop\t7')
})

test('an id that cannot be a header is not sent, and does not stop the request', async () => {
  for (const id of ['a\u0001b', 'a\u007f', 'a\nb']) {
    const { headers } = await sent({}, id)
    expect(headers.has('last-event-id')).toBe(false)
  }
})
