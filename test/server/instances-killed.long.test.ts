import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPage, startInstance, type Instance } from './instances.js'
import { hasRedis, startRedis, type RedisServer } from './store/redis.js'

describe.skipIf(!hasRedis)('two server processes and one Redis', () => {
  let redis: RedisServer
  let a: Instance
  let b: Instance

  beforeEach(async () => {
    redis = await startRedis()
    ;[a, b] = await Promise.all([startInstance(redis.url), startInstance(redis.url)])
  }, 30_000)
  afterEach(async () => {
    await Promise.all([a.kill(), b.kill()])
    await redis.close()
  })

  const numbers = Array.from({ length: 200 }, (_, n) => `${n + 1}`)

  test('a page whose server is killed goes on at the other, with every event once', async () => {
    await fetch(`${b.origin}/x?events=200&every=5`, { method: 'POST' })
    let origin = a.origin
    const page = openPage(() => origin, 'x')
    await expect.poll(() => page.events.length, { timeout: 10_000 }).toBeGreaterThan(20)
    await a.kill()
    origin = b.origin
    await page.ended
    expect(page.events.map(({ data }) => data)).toEqual(numbers)
    expect(page.returns).toBeGreaterThan(0)
  }, 30_000)

  test('a page whose producer is killed is told so, after every event that was stored', async () => {
    await fetch(`${b.origin}/x?events=100000&every=5`, { method: 'POST' })
    const page = openPage(() => a.origin, 'x')
    await expect.poll(() => page.events.length, { timeout: 10_000 }).toBeGreaterThan(20)
    await b.kill()
    const killed = Date.now()
    await page.ended
    expect(Date.now() - killed).toBeLessThan(10_000)
    const last = page.events.at(-1)!
    expect(last.type).toBe('error')
    expect(JSON.parse(last.data)).toMatchObject({ code: 'lost' })
    const data = page.events.slice(0, -1).map((event) => Number(event.data))
    expect(data).toEqual(data.map((_, index) => index + 1))
    // A page that comes later sees the same.
    const late = openPage(() => a.origin, 'x')
    await late.ended
    expect(late.events).toEqual(page.events)
  }, 30_000)
})
