import { describe, expect, test } from 'vitest'
import { createApp } from '../../playground/server/app.js'
import { compose } from '../../playground/server/studio/compose.js'
import { readRange } from '../../playground/server/studio/range.js'
import { createRender } from '../../playground/server/studio/render.js'
import { eventsOf, hurried, post, stoppedClock, ticking } from './support.js'

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
  interface TuneEvent {
    percent?: number
    result?: { url: string; bytes: number; seconds: number }
  }
  const dataOf = async (response: Response | Promise<Response>) =>
    (await eventsOf(await response)).map(({ type, data }) => ({
      event: type,
      data: JSON.parse(data) as TuneEvent,
    }))

  test('reports true progress up to 100, then the result, which is a WAV', async () => {
    const events = await dataOf(generate('a calm rainy night'))
    const percents = events.flatMap(({ data }) => data.percent ?? [])
    expect(percents[0]).toBe(0)
    expect(percents.at(-1)).toBe(100)
    expect(percents).toEqual(percents.toSorted((a, b) => a - b))
    const result = events.at(-1)!.data.result!
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
    const { url, bytes } = last!.data.result!
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
    expect((await dataOf(generate('失败'))).at(-1)!.data).toMatchObject({
      message: expect.stringMatching(/\p{Script=Han}/u),
    })
  })

  test('an input object is POSTed', async () => {
    const response = await app.request('/api/generate', post({ prompt: 'joy', taskId: 'posted' }))
    expect((await dataOf(response)).at(-1)!.event).toBe('complete')
  })

  test.each(['?prompt=', '?prompt=%20', `?prompt=${'x'.repeat(501)}`, '?prompt=a&taskId=../x'])(
    'refuses %s',
    async (query) => {
      expect((await app.request(`/api/generate${query}`)).status).toBe(400)
    },
  )

  test('a recording can be had of another process: it is made again', async () => {
    const { result } = (await dataOf(generate('a happy dance'))).at(-1)!.data
    const file = await (await app.request(result!.url)).arrayBuffer()
    const elsewhere = await createApp(hurried()).request(result!.url)
    expect(Buffer.from(await elsewhere.arrayBuffer()).equals(Buffer.from(file))).toBe(true)
    const other = result!.url.replace('dance', 'dancer')
    expect((await createApp(hurried()).request(other)).status).toBe(404)
  })

  describe('over time', () => {
    const request = (app: ReturnType<typeof createApp>, query: string, init: RequestInit = {}) =>
      app.request(`/api/generate${query}`, {
        ...init,
        headers: { 'Playground-Visitor': 'me', ...init.headers },
      })
    const listed = async (app: ReturnType<typeof createApp>, headers?: HeadersInit) =>
      (await (await request(app, '', { headers })).json()) as { tasks: { status: string }[] }

    test('the work goes on when the client leaves, and whoever comes back has all of it', async () => {
      const clock = stoppedClock()
      const app = createApp(clock)
      const studio = async () =>
        (await (await app.request('/api/studio')).json()) as { active: number; slices: number }
      const left = await eventsOf(
        await request(app, '?prompt=calm&taskId=t1'),
        (_, count) => count === 2,
      )
      expect(await studio()).toEqual({ active: 1, slices: 1 })
      expect(await listed(app)).toMatchObject({
        tasks: [{ id: 't1', status: 'running', prompt: 'calm' }],
      })
      await ticking(clock, expect.poll(studio).toEqual({ active: 0, slices: 50 }))
      expect((await listed(app)).tasks.map(({ status }) => status)).toEqual(['done'])

      const all = await eventsOf(await request(app, '?prompt=calm&taskId=t1'))
      expect(all.at(-1)!.type).toBe('complete')
      const headers = { 'Last-Event-ID': left[1]!.lastEventId }
      const rest = await eventsOf(await request(app, '?taskId=t1', { headers }))
      expect([...left, ...rest]).toEqual(all)
      expect(await studio()).toEqual({ active: 0, slices: 50 })
    })

    test('one visitor neither sees nor stops the tunes of another', async () => {
      const app = createApp(stoppedClock())
      await (await request(app, '?prompt=calm&taskId=t1')).body!.cancel()
      const headers = { 'Playground-Visitor': 'you' }
      expect(await listed(app, headers)).toEqual({ tasks: [] })
      const stop = await request(app, '?taskId=t1', { method: 'DELETE', headers })
      expect(stop.status).toBe(404)
      expect((await listed(app)).tasks.map(({ status }) => status)).toEqual(['running'])
    })

    test('DELETE stops it and tells who still reads; other tasks go on', async () => {
      const clock = stoppedClock()
      const app = createApp(clock)
      const [events, rest] = ['a', 'b'].map(async (id) =>
        eventsOf(await request(app, `?prompt=calm&taskId=${id}`)),
      )
      await expect.poll(() => clock.sleepers).toBe(2)
      const stop = () => request(app, '?taskId=a', { method: 'DELETE' })
      expect([(await stop()).status, (await stop()).status]).toEqual([204, 204])
      const last = (await events!).at(-1)!
      expect([last.type, JSON.parse(last.data)]).toMatchObject(['error', { code: 'canceled' }])
      await expect.poll(() => clock.sleepers).toBe(1)
      expect((await ticking(clock, rest!)).at(-1)!.type).toBe('complete')
    })

    test('two connections read one task', async () => {
      const clock = stoppedClock()
      const app = createApp(clock)
      const both = [1, 2].map(async () => eventsOf(await request(app, '?prompt=calm&taskId=a')))
      await expect.poll(() => clock.sleepers).toBe(1)
      const [one, other] = await ticking(clock, Promise.all(both))
      expect(one).toEqual(other)
      expect(one!.at(-1)!.type).toBe('complete')
    })

    test('more than sixteen tunes at once are too many', async () => {
      const app = createApp(stoppedClock())
      const statuses: number[] = []
      for (let n = 0; n < 17; n++) {
        const response = await request(app, `?prompt=calm&taskId=t${n}`)
        statuses.push(response.status)
        await response.body!.cancel()
      }
      expect(statuses).toEqual([...Array<number>(16).fill(200), 429])
    })
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
