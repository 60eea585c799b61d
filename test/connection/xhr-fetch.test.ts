import { expect, onTestFinished, test, vi } from 'vitest'
import { xhrFetch } from '../../src/connection/xhr-fetch.js'

test('a request that was given up before it is made is not made', async () => {
  const make = vi.fn<() => void>()
  vi.stubGlobal('XMLHttpRequest', make)
  onTestFinished(() => void vi.unstubAllGlobals())
  const reason = new Error('closed while the code was fetched')
  const asked = xhrFetch('https://example.test/events', { signal: AbortSignal.abort(reason) })
  await expect(asked).rejects.toBe(reason)
  expect(make).not.toHaveBeenCalled()
})

/** As React Native has it. The newest one is `XhrOfReactNative.last`. */
class XhrOfReactNative extends EventTarget {
  static last: XhrOfReactNative
  readonly HEADERS_RECEIVED = 2
  readonly status = 200
  readyState = 0
  responseURL?: string
  responseText = ''
  isAborted = false
  withCredentials = false
  asked: unknown[] = []
  constructor() {
    super()
    XhrOfReactNative.last = this
  }
  open(...request: string[]): void {
    this.asked.push(...request)
  }
  setRequestHeader(...header: string[]): void {
    this.asked.push(header)
  }
  getAllResponseHeaders(): string {
    return 'content-type: text/event-stream\r\nlink: <https://example.test/>\r\n'
  }
  send(body: unknown): void {
    this.asked.push(body)
    this.readyState = this.HEADERS_RECEIVED
    this.dispatchEvent(new Event('readystatechange'))
    this.responseURL = 'https://example.test/moved/events'
  }
  receive(text: string): void {
    this.responseText += text
    this.dispatchEvent(new Event('progress'))
  }
  abort(): void {
    this.isAborted = true
  }
}

async function asked(init: RequestInit = {}) {
  vi.stubGlobal('XMLHttpRequest', XhrOfReactNative)
  onTestFinished(() => void vi.unstubAllGlobals())
  const response = await xhrFetch('https://example.test/events', init)
  return { response, reader: response.body!.getReader(), xhr: XhrOfReactNative.last }
}

test('a request has its method, headers, credentials and body, and the response its headers', async () => {
  const { response, xhr } = await asked({
    method: 'POST',
    headers: new Headers({ 'x-token': 'a' }),
    credentials: 'include',
    body: '{}',
  })
  expect(xhr.asked).toEqual(['POST', 'https://example.test/events', ['x-token', 'a'], '{}'])
  expect(xhr.withCredentials).toBe(true)
  expect(response).toMatchObject({ ok: true, status: 200 })
  expect([...response.headers]).toEqual([
    ['content-type', 'text/event-stream'],
    ['link', '<https://example.test/>'],
  ])
})

test('the URL of a response is that after redirects, which React Native tells after the headers', async () => {
  const { response } = await asked()
  expect(response.url).toBe('https://example.test/moved/events')
})

test('a character of which one half has come waits for the other', async () => {
  const { reader, xhr } = await asked()
  const decoder = new TextDecoder()
  const read = async () => decoder.decode((await reader.read()).value)
  xhr.receive('a\ud83d')
  expect(await read()).toBe('a')
  xhr.receive('\ude00b')
  expect(await read()).toBe('😀b')
})

test('a body goes on while it is read, and ends with what came last', async () => {
  const { reader, xhr } = await asked()
  const reading = reader.read()
  xhr.receive('a')
  expect((await reading).value).toEqual(new TextEncoder().encode('a'))
  xhr.responseText += 'b'
  xhr.dispatchEvent(new Event('load'))
  expect((await reader.read()).value).toEqual(new TextEncoder().encode('b'))
  expect(await reader.read()).toMatchObject({ done: true })
})

test('a body that is canceled ends at once', async () => {
  const { reader } = await asked()
  const reading = reader.read()
  await reader.cancel()
  expect(await reading).toMatchObject({ done: true })
})

test('a request that is given up while it streams says why, and is aborted', async () => {
  const controller = new AbortController()
  const { reader, xhr } = await asked({ signal: controller.signal })
  const reading = reader.read()
  const reason = new Error('closed')
  controller.abort(reason)
  await expect(reading).rejects.toBe(reason)
  expect(xhr.isAborted).toBe(true)
})

test('a connection that is lost is so, for what has come before it, too', async () => {
  for (const how of ['error', 'timeout']) {
    const { reader, xhr } = await asked()
    xhr.receive('a')
    xhr.dispatchEvent(new Event(how))
    expect((await reader.read()).value).toEqual(new TextEncoder().encode('a'))
    await expect(reader.read()).rejects.toThrow(new TypeError('Network request failed'))
  }
})
