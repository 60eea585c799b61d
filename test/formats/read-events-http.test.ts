// readEvents over a real connection.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEvents } from 'brooklet/parser'
import { startHttp, type HttpServer } from '../support/http.js'
import { read } from './read-events-support.js'

describe('over a real connection', () => {
  let server: HttpServer
  let answer: (response: ServerResponse) => void

  beforeAll(async () => {
    server = await startHttp((_, response) => answer(response))
  })
  afterAll(() => server.close())

  function streaming(then: (response: ServerResponse) => void): void {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: a\n\ndata: b', () => then(response))
    }
  }

  test('a complete stream', async () => {
    streaming((response) => response.end('\n\n'))
    expect(await read(await fetch(server.url))).toEqual({ data: ['a', 'b'] })
  })

  test('a cut', async () => {
    let cut = (): void => {}
    streaming((response) => (cut = () => response.destroy()))
    const data: string[] = []
    const reading = async (): Promise<void> => {
      for await (const event of readEvents(await fetch(server.url))) {
        data.push(event.data)
        cut()
      }
    }
    await expect(reading()).rejects.toMatchObject({
      code: 'network',
      url: `${server.url}/`,
      message: `The stream from ${server.url}/ broke off`,
      cause: expect.any(TypeError),
    })
    expect(data).toEqual(['a'])
  })

  test('leaving the loop closes it', async () => {
    const closed = new Promise((resolve) =>
      streaming((response) => resolve(once(response, 'close'))),
    )
    for await (const _ of readEvents(await fetch(server.url))) break
    await expect(closed).resolves.toBeDefined()
  })

  test('aborting the request aborts the reading', async () => {
    streaming(() => {})
    const controller = new AbortController()
    const { signal } = controller
    const events = readEvents(await fetch(server.url, { signal }), { signal })
    await events.next()
    const next = events.next()
    controller.abort()
    await expect(next).rejects.toMatchObject({ code: 'aborted', cause: signal.reason as unknown })
  })

  test('an answer that is no stream names its URL', async () => {
    answer = (response) => response.writeHead(503, 'Busy').end('try later')
    const { error } = await read(await fetch(`${server.url}/stream`))
    expect(error).toMatchObject({
      code: 'http',
      url: `${server.url}/stream`,
      status: 503,
      body: 'try later',
      message: expect.stringMatching(/\/stream.*503.*try later/),
    })
  })
})
