import { describe, expect, test } from 'vitest'
import type { StreamEvent } from '../../src/formats/index.js'
import { tellReply } from '../../playground/server/adventure/tell.js'
import { createApp } from '../../playground/server/app.js'
import { eventsOf, hurried, listen, post, stoppedClock, ticking } from './support.js'

const ask = (...said: string[]) =>
  post({ messages: said.map((content) => ({ role: 'user', content })) })

const textOf = (events: StreamEvent[]): string =>
  events
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => (JSON.parse(data) as { content: string }).content)
    .join('')

describe('POST /api/chat', () => {
  const app = createApp(hurried())

  test('streams the reply in pieces and ends with [DONE]', async () => {
    const response = await app.request('/api/chat', ask('start'))
    expect(response.headers.get('Content-Type')).toBe('text/event-stream')
    expect(response.headers.get('Cache-Control')).toBe('no-cache, no-transform')
    expect(response.headers.get('X-Accel-Buffering')).toBe('no')
    const events = await eventsOf(response)
    expect(events.length).toBeGreaterThan(50)
    expect(events.at(-1)!.data).toBe('[DONE]')
    expect(textOf(events)).toBe(tellReply(['start']))
  })

  test('the same history has the same reply; assistant messages do not matter', async () => {
    const messages = [
      { role: 'user', content: '开始' },
      { role: 'assistant', content: 'half a reply, sto' },
      { role: 'user', content: '向东走' },
    ]
    const response = await app.request('/api/chat?lang=zh-CN', post({ messages }))
    expect(textOf(await eventsOf(response))).toBe(tellReply(['开始', '向东走'], 'zh'))
  })

  test.each([
    [
      400,
      'not JSON',
      { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{' },
    ],
    [400, 'no messages', post({})],
    [400, 'a message without content', post({ messages: [{ role: 'user' }] })],
    [415, 'another type', { method: 'POST', body: '{"messages":[]}' }],
    [413, 'a huge body', post({ messages: [{ role: 'user', content: 'x'.repeat(2 ** 23) }] })],
  ])('answers %i to %s', async (status, _, init) => {
    expect((await app.request('/api/chat', init)).status).toBe(status)
  })

  test('a reply that was cut is resumed where it was cut, at every place', async () => {
    const url = await listen(app)
    const whole = await eventsOf(await fetch(`${url}/api/chat`, ask('start')))
    for (let cut = 1; cut < whole.length; cut += 7) {
      const response = await fetch(`${url}/api/chat`, ask('start'))
      const events = await eventsOf(response, (_, count) => count === cut)
      const rest = await fetch(`${url}${response.headers.get('Content-Location')}`, {
        headers: { 'Last-Event-ID': events.at(-1)!.lastEventId },
      })
      expect(textOf([...events, ...(await eventsOf(rest))])).toBe(textOf(whole))
    }
    expect((await fetch(`${url}/api/chat/replies/unknown`)).status).toBe(404)
  })

  test('goes on when the client leaves, for whoever comes back', async () => {
    const clock = stoppedClock()
    const { url, response } = await readOneAndLeave(clock)
    const reply = await fetch(`${url}${response.headers.get('Content-Location')}`)
    expect(textOf(await ticking(clock, eventsOf(reply)))).toBe(tellReply(['start']))
  })

  test('stops when it is told to, and says so', async () => {
    const clock = stoppedClock()
    const { url, response } = await readOneAndLeave(clock)
    const stop = `${url}${response.headers.get('Brooklet-Cancel')}`
    expect((await fetch(stop, { method: 'DELETE' })).status).toBe(204)
    await expect.poll(() => clock.sleepers).toBe(0)
    const events = await eventsOf(await fetch(stop))
    expect(events.map(({ type }) => type)).toEqual(['message', 'error'])
    expect(JSON.parse(events[1]!.data)).toMatchObject({ code: 'canceled' })
  })

  async function readOneAndLeave(clock: ReturnType<typeof stoppedClock>) {
    const url = await listen(createApp(clock))
    const response = await fetch(`${url}/api/chat`, ask('start'))
    expect(await eventsOf(response, () => true)).toHaveLength(1)
    await expect.poll(() => clock.sleepers).toBe(1)
    return { url, response }
  }

  test.each([
    ['http://localhost:5173', 200],
    ['http://127.0.0.1:5173', 200],
    ['http://[::1]:5173', 200],
    ['http://rebound.example:5173', 403],
  ])('asked as %s it answers %i', async (origin, status) => {
    expect((await app.request(`${origin}/api/chat/info`)).status).toBe(status)
  })

  test('says who tells the story', async () => {
    expect(await (await app.request('/api/chat/info')).json()).toEqual({ model: 'embedded' })
  })
})
