import { describe, expect, test } from 'vitest'
import { createApp } from '../../playground/server/app.js'
import { createAlarm, createSampler } from '../../playground/server/dashboard/sampler.js'
import type { Sample } from '../../playground/server/dashboard/sampler.js'
import { createEnvironment } from '../../playground/server/environment.js'
import { createFeed, follow } from '../../playground/server/feed.js'
import { eventsOf, hurried, listen, post, stoppedClock } from './support.js'

describe('a feed', () => {
  test('replays what was missed, as far as it is remembered, and goes on without a gap', async () => {
    const feed = createFeed<string>({ capacity: 3, firstId: 10 })
    for (const value of ['a', 'b', 'c', 'd']) feed.publish(value)
    const leaving = new AbortController()
    const seen: number[] = []
    for await (const { id } of follow(feed, () => feed.after(9), leaving.signal)) {
      seen.push(id)
      if (id === 13) feed.publish('e')
      if (id === 14) leaving.abort()
    }
    expect(seen).toEqual([11, 12, 13, 14])
    expect(feed.readers).toBe(0)
  })

  test('starts its source with the first reader and stops it after the last', () => {
    const calls: string[] = []
    const feed = createFeed<number>({
      capacity: 1,
      firstId: 1,
      onFirstReader: () => calls.push('start'),
      onLastReaderLeft: () => calls.push('stop'),
    })
    const leave = [feed.subscribe(() => {}), feed.subscribe(() => {})]
    leave.forEach((stop) => stop())
    leave.forEach((stop) => stop())
    expect(calls).toEqual(['start', 'stop'])
  })
})

describe('GET /api/metrics', () => {
  test('samples this machine, with ids that go on', async () => {
    const response = await createApp(hurried()).request('/api/metrics')
    const events = await eventsOf(response, (_, count) => count === 3)
    expect(events.map(({ type }) => type)).toEqual(['metrics', 'metrics', 'metrics'])
    const ids = events.map(({ lastEventId }) => Number(lastEventId))
    expect(ids).toEqual([ids[0]!, ids[0]! + 1, ids[0]! + 2])
    const sample = JSON.parse(events[0]!.data) as Sample
    expect(sample.memory.total).toBeGreaterThan(sample.memory.free)
    expect(sample.process.rss).toBeGreaterThan(1e6)
    expect(sample.cores.length).toBeGreaterThan(0)
    expect([sample.cpu, ...sample.cores].every((load) => load >= 0 && load <= 100)).toBe(true)
  })

  test('a reader that comes back misses nothing while another one reads', async () => {
    const clock = stoppedClock()
    const app = createApp(clock)
    const staying = eventsOf(await app.request('/api/metrics'), (_, count) => count === 5)
    const ticking = setInterval(clock.tick, 1)
    const [first] = await eventsOf(await app.request('/api/metrics'), () => true)
    const all = await staying
    const headers = { 'Last-Event-ID': first!.lastEventId }
    const rest = await eventsOf(
      await app.request('/api/metrics', { headers }),
      ({ lastEventId }) => Number(lastEventId) >= Number(all.at(-1)!.lastEventId),
    )
    clearInterval(ticking)
    const ids = [first!, ...rest].map(({ lastEventId }) => Number(lastEventId))
    expect(ids).toEqual(ids.map((_, index) => ids[0]! + index))
  })

  test('loads are computed from the differences of the counters', async () => {
    const times = (user: number, idle: number) => ({
      times: { user, nice: 0, sys: 0, irq: 0, idle },
    })
    const readings = [
      [times(0, 0), times(0, 0)],
      [times(30, 70), times(100, 0)],
    ]
    const machine = { cpus: () => readings.shift()!, totalmem: () => 100, freemem: () => 40 }
    const sample = await new Promise<Sample>((resolve) => {
      const environment = createEnvironment(hurried())
      const feed = createSampler(environment, (made) => (stop(), resolve(made)), machine)
      const stop = feed.subscribe(() => {})
    })
    expect(sample).toMatchObject({
      cpu: 65,
      cores: [30, 100],
      memory: { total: 100, free: 40, used: 60 },
    })
  })

  test('samples on while the last reader may come back, then stops', async () => {
    const clock = stoppedClock()
    const url = await listen(createApp(clock))
    const leaving = new AbortController()
    await fetch(`${url}/api/metrics`, { signal: leaving.signal })
    await expect.poll(() => clock.sleepers).toBe(1)
    leaving.abort()
    await expect.poll(() => (clock.tick(), clock.sleepers)).toBe(0)
  })

  test('a high load is reported once, and so is its end', () => {
    const reports: string[] = []
    const alarm = createAlarm((kind, percent) => reports.push(`${kind} ${percent}`))
    for (const cpu of [10, 90, 95, 70, 40, 30]) alarm({ cpu })
    expect(reports).toEqual(['busy 90', 'calm 40'])
  })
})

describe('GET /api/notifications', () => {
  test('tells what happens on the server, in the language asked for', async () => {
    const clock = stoppedClock()
    const app = createApp(clock)
    const notices = eventsOf(
      await app.request('/api/notifications?lang=zh'),
      (_, count) => count === 3,
    )
    await expect.poll(() => clock.sleepers).toBe(1)
    const start = { messages: [{ role: 'user', content: '开始' }] }
    await (await app.request('/api/chat', post(start))).body!.cancel()
    const metrics = await app.request('/api/metrics')
    await metrics.body!.cancel()
    const data = (await notices).map((event) => JSON.parse(event.data) as Record<string, unknown>)
    expect((await notices).every(({ type }) => type === 'notification')).toBe(true)
    expect(data.map(({ title }) => title)).toEqual(['冒险', '仪表盘已打开', '仪表盘已关闭'])
    expect(data[0]).toMatchObject({ level: 'info', id: Number((await notices)[0]!.lastEventId) })
  })

  test('a tip comes by itself, a finished tune is told, and what was missed is replayed', async () => {
    const app = createApp(hurried())
    const [tip] = await eventsOf(await app.request('/api/notifications'), () => true)
    expect(JSON.parse(tip!.data)).toMatchObject({ title: 'Tip' })
    await eventsOf(await app.request('/api/generate?prompt=joy'))
    const headers = { 'Last-Event-ID': tip!.lastEventId }
    const [tune] = await eventsOf(await app.request('/api/notifications', { headers }), () => true)
    expect(JSON.parse(tune!.data)).toMatchObject({ level: 'success', title: 'Tune finished' })
    const [newest] = await eventsOf(await app.request('/api/notifications?replay=1'), () => true)
    expect(newest!.data).toContain('at')
  })

  test('a comment shows that a quiet stream is open', async () => {
    const response = await createApp(hurried()).request('/api/notifications?replay=0')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe(': \n\n')
    await reader.cancel()
  })
})
