import { describe, expect, test } from 'vitest'
import { createApp } from '../../playground/server/app.js'
import { compose } from '../../playground/server/studio/compose.js'
import type { StudioEvent } from '../../playground/server/studio/job.js'
import { readRange } from '../../playground/server/studio/range.js'
import { createRender } from '../../playground/server/studio/render.js'
import { eventsOf, hurried, listen, post, stoppedClock } from './support.js'

const prompts = [
  'a calm rainy night',
  'happy dance',
  '悲伤的秋天',
  'epic storm',
  '8-bit game',
  'xyz',
  '小溪流水',
]

describe('a tune', () => {
  test.each(prompts)('%s: 8 to 12 seconds, the same each time', (prompt) => {
    const tune = compose(prompt)
    expect(tune.seconds).toBeGreaterThanOrEqual(8)
    expect(tune.seconds).toBeLessThanOrEqual(12)
    expect(tune).toEqual(compose(prompt))
    expect(tune.notes.every(({ start, duration }) => start + duration <= tune.seconds)).toBe(true)
    const audible = tune.notes.filter(({ frequency }) => frequency > 0)
    expect(audible.every(({ frequency }) => frequency > 30 && frequency < 2000)).toBe(true)
  })

  test('any prompt makes one of a legal length, and different prompts differ', () => {
    const tunes = Array.from({ length: 300 }, (_, index) => compose(`prompt ${index}`))
    expect(tunes.every(({ seconds }) => seconds >= 8 && seconds <= 12)).toBe(true)
    const melodies = tunes.map(({ notes }) => JSON.stringify(notes))
    expect(new Set(melodies).size).toBe(tunes.length)
  })

  test('the words of the prompt set its mood', () => {
    const moods = ['a calm lake', '快乐的舞', 'sad song', '暴风雨', 'robot', '竹林'].map(compose)
    expect(moods.map(({ mood }) => mood)).toEqual([
      'calm',
      'happy',
      'sad',
      'wild',
      'chip',
      'flowing',
    ])
  })

  test('renders slice by slice to the last sample, neither silent nor clipped', () => {
    const render = createRender(compose('happy dance'))
    let steps = 0
    for (; render.rendered < render.total; steps++) render.step()
    expect(steps).toBe(50)
    const sound = render.finish()
    const loudness = Math.sqrt(sound.reduce((sum, value) => sum + value * value, 0) / sound.length)
    expect(loudness).toBeGreaterThan(0.05)
    expect(sound.every((value) => Math.abs(value) < 1)).toBe(true)
  })
})

describe('GET /api/generate', () => {
  const app = createApp(hurried())
  const generate = (prompt: string, taskId: string = crypto.randomUUID(), init?: RequestInit) =>
    app.request(`/api/generate?${new URLSearchParams({ prompt, taskId }).toString()}`, init)
  const dataOf = async (response: Response | Promise<Response>) =>
    (await eventsOf(await response)).map(({ type, data, lastEventId }) => ({
      id: Number(lastEventId),
      event: type,
      data: JSON.parse(data) as StudioEvent['data'],
    })) as StudioEvent[]

  test('reports true progress up to 100, then the result, which is a WAV', async () => {
    const events = await dataOf(generate('a calm rainy night'))
    const percents = events.flatMap(({ data }) => ('percent' in data ? [data.percent] : []))
    expect(percents[0]).toBe(0)
    expect(percents.at(-1)).toBe(100)
    expect(percents).toEqual(percents.toSorted((a, b) => a - b))
    const { result } = events.at(-1)!.data as Extract<StudioEvent['data'], { result: unknown }>
    const response = await app.request(result.url)
    expect(response.headers.get('Content-Type')).toBe('audio/wav')
    expect(response.headers.get('Content-Length')).toBe(`${result.bytes}`)
    const file = new DataView(await response.arrayBuffer())
    expect(file.byteLength).toBe(result.bytes)
    expect(file.getUint32(0)).toBe(0x52494646)
    expect(file.getUint32(4, true)).toBe(result.bytes - 8)
    expect([file.getUint16(22, true), file.getUint32(24, true)]).toEqual([1, 22_050])
    expect(file.getUint32(40, true)).toBe(result.bytes - 44)
    expect(Math.abs((result.bytes - 44) / 2 / 22_050 - result.seconds)).toBeLessThan(0.1)
  })

  test('serves ranges of it', async () => {
    const [last] = (await dataOf(generate('happy dance'))).slice(-1)
    const { url, bytes } = (last!.data as { result: { url: string; bytes: number } }).result
    const range = (value: string) => app.request(url, { headers: { Range: value } })
    const part = await range('bytes=0-43')
    expect(part.status).toBe(206)
    expect(part.headers.get('Content-Range')).toBe(`bytes 0-43/${bytes}`)
    expect((await part.arrayBuffer()).byteLength).toBe(44)
    expect((await range(`bytes=${bytes}-`)).status).toBe(416)
    expect((await app.request('/api/audio/00ff.wav')).status).toBe(404)
  })

  test('a prompt that asks for it fails part-way, by a named event', async () => {
    const events = await dataOf(generate('please fail'))
    expect(events.at(-1)!.event).toBe('error')
    expect(events.at(-2)!.data).toMatchObject({ percent: 40 })
    expect((await dataOf(generate('失败'))).at(-1)!.data).toEqual({
      message: expect.stringMatching(/\p{Script=Han}/u),
    })
  })

  test('an input object is POSTed', async () => {
    const response = await app.request('/api/generate', post({ prompt: 'joy', taskId: 'posted' }))
    expect((await dataOf(response)).at(-1)!.event).toBe('complete')
  })

  test.each(['', '?prompt=%20', `?prompt=${'x'.repeat(501)}`, '?prompt=a&taskId=../x'])(
    'refuses %s',
    async (query) => {
      expect((await app.request(`/api/generate${query}`)).status).toBe(400)
    },
  )

  test('the work stops when the client leaves, and goes on when it comes back', async () => {
    const clock = stoppedClock()
    const url = await listen(createApp(clock))
    const studio = async () =>
      (await (await fetch(`${url}/api/studio`)).json()) as { active: number; slices: number }
    const request = `${url}/api/generate?prompt=calm&taskId=t1`
    const leaving = new AbortController()
    const response = await fetch(request, { signal: leaving.signal })
    const [, second] = await eventsOf(response, (_, count) => count === 2)
    leaving.abort()
    await expect.poll(studio).toEqual({ active: 0, slices: 1 })
    clock.tick()
    expect(await studio()).toEqual({ active: 0, slices: 1 })

    const seen = { 'Last-Event-ID': second!.lastEventId }
    const again = await fetch(request, { headers: seen, signal: AbortSignal.timeout(20_000) })
    const ticking = setInterval(clock.tick, 1)
    const events = await dataOf(again)
    clearInterval(ticking)
    expect(events[0]!.data).toMatchObject({ percent: 4 })
    expect(events.at(-1)!.event).toBe('complete')
    expect(await studio()).toEqual({ active: 0, slices: 50 })
  })

  test('DELETE stops it and tells who still reads; other tasks go on', async () => {
    const clock = stoppedClock()
    const app = createApp(clock)
    const start = (taskId: string) => app.request(`/api/generate?prompt=calm&taskId=${taskId}`)
    const [first, other] = await Promise.all([start('a'), start('b')])
    const events = eventsOf(first)
    const rest = eventsOf(other)
    await expect.poll(() => clock.sleepers).toBe(2)
    expect(await (await app.request('/api/generate/a', { method: 'DELETE' })).json()).toEqual({
      canceled: true,
    })
    expect(await (await app.request('/api/generate/a', { method: 'DELETE' })).json()).toEqual({
      canceled: false,
    })
    expect((await events).at(-1)).toMatchObject({
      type: 'error',
      data: '{"message":"The task was canceled"}',
    })
    const ticking = setInterval(clock.tick, 1)
    expect((await rest).at(-1)!.type).toBe('complete')
    clearInterval(ticking)
  })

  test('a task that a second connection asks for is taken over', async () => {
    const clock = stoppedClock()
    const app = createApp(clock)
    const start = () => app.request('/api/generate?prompt=calm&taskId=a')
    const first = eventsOf(await start())
    await expect.poll(() => clock.sleepers).toBe(1)
    const second = eventsOf(await start())
    expect((await first).at(-1)!.type).toBe('error')
    const ticking = setInterval(clock.tick, 1)
    expect((await second).at(-1)!.type).toBe('complete')
    clearInterval(ticking)
  })

  test('a server that has forgotten the task makes it again and reports what is new', async () => {
    const seen = { 'Last-Event-ID': `${Math.round(compose('joy').seconds * 22_050 * 0.9)}` }
    const events = await dataOf(generate('joy', 'forgotten', { headers: seen }))
    expect(events[0]!.data).toMatchObject({ percent: expect.any(Number) })
    expect((events[0]!.data as { percent: number }).percent).toBeGreaterThanOrEqual(90)
    expect(events.at(-1)!.event).toBe('complete')
  })
})

test.each([
  [undefined, 'whole'],
  ['bytes=0-9', { first: 0, last: 9 }],
  ['bytes=90-', { first: 90, last: 99 }],
  ['bytes=90-500', { first: 90, last: 99 }],
  ['bytes=-10', { first: 90, last: 99 }],
  ['bytes=-500', { first: 0, last: 99 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=9-2', 'whole'],
  ['bytes=0-1,5-6', 'whole'],
  ['lines=1-2', 'whole'],
])('the range %s of 100 bytes', (header, range) => {
  expect(readRange(header, 100)).toEqual(range)
})
