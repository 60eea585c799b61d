import { describe, expect, test } from 'vitest'
import { readEvents } from '../../src/formats/index.js'
import { createApp } from '../../playground/server/app.js'
import { eventsOf, hurried, listen, stoppedClock } from './support.js'

/** All that a client which always comes back receives, and how its connections went. */
async function readAll(url: string, headers: Record<string, string> = {}) {
  const numbers: number[] = []
  const connections: string[] = []
  while (!connections.includes('done') && connections.length < 50) {
    const response = await fetch(url, { headers })
    let outcome = `${response.status}`
    try {
      if (response.headers.get('Content-Type') === 'text/event-stream') {
        for await (const event of readEvents(response)) {
          headers = { 'Last-Event-ID': event.lastEventId }
          if (event.type === 'count') numbers.push((JSON.parse(event.data) as { n: number }).n)
          else outcome = event.type
        }
      } else await response.body?.cancel()
    } catch {
      outcome = 'cut'
    }
    connections.push(outcome)
  }
  return { numbers, connections }
}

describe('GET /api/faults', () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  const start = async () => `${await listen(createApp(hurried()))}/api/faults`

  test.each([
    ['events=5', ['done']],
    ['events=10&drop=3', ['cut', 'cut', 'cut', 'done']],
    ['events=10&drop=3&session=a', ['cut', 'done']],
    ['events=10&drop=3&times=2&session=a', ['cut', 'cut', 'done']],
    ['events=10&end=4', ['200', '200', 'done']],
    ['events=3&status=503&times=2&session=a', ['503', '503', 'done']],
    ['events=3&type=html&session=a', ['200', 'done']],
    ['events=3&drip=1&dripInterval=1', ['done']],
    ['events=3&stall=1&stallFor=5000', ['done']],
    ['events=6&drop=0&end=2&session=a', ['cut', '200', 'done']],
  ])('%s: nothing is lost and nothing comes twice', async (query, expected) => {
    const { numbers, connections } = await readAll(`${await start()}?${query}`)
    const events = Number(/events=(\d+)/.exec(query)![1])
    expect(numbers).toEqual(upTo(events))
    expect(connections).toEqual(expected)
  })

  test('without ids a cut stream begins again', async () => {
    const { numbers } = await readAll(`${await start()}?events=3&drop=2&session=a&ids=0`)
    expect(numbers).toEqual([1, 2, 1, 2, 3])
  })

  test('a refusal says when to come back; a finished stream says not to', async () => {
    const app = createApp(hurried())
    const refused = await app.request('/api/faults?status=429&retryAfter=3')
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '3'])
    const headers = { 'Last-Event-ID': '6' }
    expect((await app.request('/api/faults?events=5', { headers })).status).toBe(204)
  })

  test('sends the reconnection time and drips byte by byte', async () => {
    const response = await createApp(hurried()).request('/api/faults?events=1&retry=123&drip=1')
    const chunks: Uint8Array[] = []
    for await (const chunk of response.body!) chunks.push(chunk)
    expect(chunks.every((chunk) => chunk.length === 1)).toBe(true)
    expect(Buffer.concat(chunks).toString()).toContain('retry: 123\n\n')
  })
})

describe('POST /api/faults/:session', () => {
  const press = (url: string, query: string) =>
    fetch(`${url}/api/faults/me?${query}`, { method: 'POST' }).then((answer) => answer.json())

  test.each([
    ['drop', true],
    ['end', false],
    ['status', true],
    ['html', true],
  ])('%s strikes the open stream at once', async (fault, broken) => {
    const clock = stoppedClock()
    const url = await listen(createApp(clock))
    const response = await fetch(`${url}/api/faults?session=me`)
    await expect.poll(() => clock.sleepers).toBe(1)
    expect(await press(url, `fault=${fault}`)).toEqual({ struck: 1 })
    const reading = eventsOf(response)
    if (broken) await expect(reading).rejects.toThrow()
    else expect(await reading).toHaveLength(1)
  })

  test('status and html also answer the next requests', async () => {
    const url = await listen(createApp(hurried()))
    await press(url, 'fault=status&times=2')
    await press(url, 'fault=drop')
    const { connections } = await readAll(`${url}/api/faults?session=me&events=2`)
    expect(connections).toEqual(['503', '503', 'done'])
    expect(
      await (await fetch(`${url}/api/faults/me?fault=flood`, { method: 'POST' })).json(),
    ).toHaveProperty('error')
  })

  test('a stalled stream still breaks when told to', async () => {
    const clock = stoppedClock()
    const url = await listen(createApp(clock))
    const response = await fetch(`${url}/api/faults?session=me&stall=0`)
    await expect.poll(() => clock.sleepers).toBe(1)
    await press(url, 'fault=drop')
    await expect(eventsOf(response)).rejects.toThrow()
  })
})
