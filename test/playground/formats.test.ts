import { describe, expect, test } from 'vitest'
import { createApp } from '../../playground/server/app.js'
import { cut } from '../../playground/server/formats/cut.js'
import { encode, formatNames } from '../../playground/server/formats/encode.js'
import { records } from '../../playground/server/formats/records.js'
import { eventsOf, hurried } from './support.js'

const app = createApp(hurried())

describe('GET /api/formats/:format', () => {
  test.each(['sse', 'ndjson', 'json-seq'])('%s carries the records', async (format) => {
    const response = await app.request(`/api/formats/${format}`)
    const events = await eventsOf(response)
    expect(events.map(({ data }) => JSON.parse(data) as unknown)).toEqual(records)
  })

  test('sse names the events and numbers them', async () => {
    const events = await eventsOf(await app.request('/api/formats/sse'))
    expect(events.map(({ type }) => type)).toEqual(records.map(({ kind }) => kind))
    expect(events.map(({ lastEventId }) => Number(lastEventId))).toEqual(records.map(({ n }) => n))
  })

  test('text carries their texts', async () => {
    const response = await app.request('/api/formats/text')
    expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(await response.text()).toBe(records.map(({ text }) => `${text}\n`).join(''))
  })

  test('a reader that comes back gets the rest, and after the end a 204', async () => {
    const resume = (id: number) =>
      app.request('/api/formats/sse', { headers: { 'Last-Event-ID': `${id}` } })
    expect((await eventsOf(await resume(9))).map(({ lastEventId }) => lastEventId)).toEqual([
      '10',
      '11',
      '12',
    ])
    expect((await resume(12)).status).toBe(204)
  })

  test('an unknown format is a 404', async () => {
    expect((await app.request('/api/formats/xml')).status).toBe(404)
  })

  test('the size of the pieces and the pause between them can be set', async () => {
    const pauses: number[] = []
    const sleep = async (milliseconds: number): Promise<void> => void pauses.push(milliseconds)
    const slow = createApp(hurried({ sleep }))
    await (await slow.request('/api/formats/ndjson?interval=7&chunk=100')).text()
    expect(pauses).toEqual(Array(Math.ceil(encode('ndjson').length / 100)).fill(7))
  })
})

describe('the cutting', () => {
  test.each(formatNames)('%s is whole again when put together', (format) => {
    const bytes = encode(format)
    for (const size of [undefined, 1, 7, 1000]) {
      expect(Buffer.concat(cut(bytes, size))).toEqual(Buffer.from(bytes))
    }
  })

  test('goes through characters and line ends on purpose', () => {
    const chunks = cut(encode('sse'))
    const pairs = chunks.slice(1).map((chunk, index) => [chunks[index]!.at(-1), chunk[0]!] as const)
    expect(pairs.some(([left, right]) => left === 13 && right === 10)).toBe(true)
    expect(pairs.some(([, right]) => (right & 0xc0) === 0x80)).toBe(true)
  })
})
