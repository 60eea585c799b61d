import { expect, onTestFinished, test } from 'vitest'
import { openPage, startInstance, type Instance, type Page } from './instances.js'
import { clients, hasRedis, startRedis } from './store/redis.js'

const steps = 1_000
const length = 400

/** Numbers that a seed makes, so that a run can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

test.skipIf(!hasRedis)(
  '1,000 random kills and returns: nothing lost, nothing doubled, nothing left in Redis',
  async () => {
    const seed = Number(process.env.SEED) || Date.now() % 2 ** 32
    console.log(`SEED=${seed}`)
    const random = randomFrom(seed)
    const redis = await startRedis()
    const instances: Instance[] = await Promise.all([1, 2, 3].map(() => startInstance(redis.url)))
    onTestFinished(async () => {
      await Promise.all(instances.map((instance) => instance.kill()))
      await redis.close()
    })
    const anyOrigin = (): string => instances[random(instances.length)]!.origin
    const streams: { id: string; pages: Page[] }[] = []
    const running = new Set<Page>()
    let kills = 0

    async function startStream(): Promise<void> {
      const id = `s${streams.length}`
      const started = await fetch(`${anyOrigin()}/${id}?events=${length}&every=5`, {
        method: 'POST',
      }).catch(() => undefined)
      if (!started?.ok) return
      const pages = [1, 2].map(() => openPage(anyOrigin, id))
      streams.push({ id, pages })
      for (const page of pages) {
        running.add(page)
        void page.ended.finally(() => running.delete(page)).catch(() => {})
      }
    }

    async function killOne(): Promise<void> {
      const index = random(instances.length)
      await instances[index]!.kill()
      instances[index] = await startInstance(redis.url)
      kills++
    }

    for (let step = 0; step < steps; step++) {
      if (running.size < 12) await startStream()
      if (random(50) === 0) await killOne()
      else [...running][random(running.size)]?.cut()
      await new Promise((resolve) => setTimeout(resolve, random(20)))
    }

    let lost = 0
    for (const { pages } of streams) {
      await Promise.all(pages.map(({ ended }) => ended))
      const [one, other] = pages.map(({ events }) => events)
      expect(one).toEqual(other)
      const isLost = one!.at(-1)?.type === 'error'
      if (isLost) lost++
      const data = one!.slice(0, isLost ? -1 : undefined).map((event) => Number(event.data))
      expect(data).toEqual(Array.from({ length: isLost ? data.length : length }, (_, n) => n + 1))
    }
    const returns = streams
      .flatMap(({ pages }) => pages)
      .reduce((sum, page) => sum + page.returns, 0)
    console.log(
      `${streams.length} streams, ${lost} lost with their server, ${kills} kills, ${returns} returns`,
    )
    expect(kills + returns).toBeGreaterThanOrEqual(steps)

    const { keys, close } = await clients.redis!(redis.url)
    await expect.poll(keys, { timeout: 20_000 }).toEqual([])
    close()
  },
)
