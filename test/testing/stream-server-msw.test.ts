import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createChat } from 'brooklet/core'
import { createStreamServer } from 'brooklet/testing'
import { chunksOf, rejection, url } from './stream-server-support.js'

describe('with Mock Service Worker', () => {
  const worker = setupServer()
  beforeAll(() => worker.listen({ onUnhandledRequest: 'error' }))
  afterEach(() => worker.resetHandlers())
  afterAll(() => worker.close())

  function intercept(): ReturnType<typeof createStreamServer> {
    const server = createStreamServer()
    worker.use(http.all(url, server.resolver))
    return server
  }

  test('a POST gets its reply in the chunks that were sent', async () => {
    const server = intercept()
    const response = fetch(url, { method: 'POST', body: '{"a":1}' })
    const stream = await server.next()
    expect(stream.request).toMatchObject({ method: 'POST', url })
    expect(await stream.request.json()).toEqual({ a: 1 })
    stream.write('data: 溪\n\n', [8])
    stream.end()
    const chunks = await chunksOf(await response)
    expect(chunks.map(({ length }) => length)).toEqual([8, 3])
  })

  test('a refused connection and a cut are lost networks, an error is an error', async () => {
    const server = intercept()
    const refused = rejection(fetch(url))
    ;(await server.next()).cut()
    expect(await refused).toBeInstanceOf(TypeError)
    const answer = server.resolver({ request: new Request(url) })
    ;(await server.next()).cut()
    expect(await answer).toMatchObject({ type: 'error' })

    const response = fetch(url)
    const stream = await server.next()
    stream.send('a')
    stream.cut()
    expect(await rejection((await response).text())).toBeInstanceOf(Error)

    const failed = fetch(url)
    ;(await server.next()).respond(500, { error: 'no' })
    expect(await (await failed).json()).toEqual({ error: 'no' })
  })

  test('a client that leaves is seen to leave', async () => {
    const server = intercept()
    const controller = new AbortController()
    const waiting = rejection(fetch(url, { signal: controller.signal }))
    const first = await server.next()
    controller.abort()
    await waiting
    await expect.poll(() => first.state).toBe('left')

    const later = new AbortController()
    const response = fetch(url, { signal: later.signal })
    const second = await server.next()
    second.send('a')
    const text = rejection((await response).text())
    later.abort()
    expect(await text).toMatchObject({ name: 'AbortError' })
    expect(second.state).toBe('left')
  })

  test('a whole conversation of the chat store is served', async () => {
    const server = intercept()
    const chat = createChat({ url })
    const sent = chat.sendMessage('Hello')
    const stream = await server.next()
    expect(await stream.request.json()).toEqual({ messages: [{ role: 'user', content: 'Hello' }] })
    stream.send({ content: 'Good ' })
    stream.send({ content: 'day' })
    stream.send('[DONE]')
    stream.end()
    expect(await sent).toBe('Good day')
    await expect.poll(() => server.active).toBe(0)
  })
})
