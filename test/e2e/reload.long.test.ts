// What was under way when a page is loaded again goes on, in memory and on Redis. A server of its own,
// and a slow one: a reload takes a while where everything is loaded from sources.
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tellReply } from '../../playground/server/adventure/tell.js'
import { hasRedis, startRedis, type RedisServer } from '../server/store/redis.js'
import { violations } from './pages/violations.js'
import { api, open, patience, startPlayground } from './support.js'

const pacing = { token: 500, slice: 600 }
const reply = (page: Page) => page.locator('.message[data-role=assistant]')
const streaming = (page: Page) => page.locator('.message[data-status=streaming]')
const letters = (text: string): string => text.replaceAll(/\s+/g, '')

describe('in memory', () => {
  startPlayground({ pacing })
  goesOn()

  test('a reply that the server has no longer is said not to be whole', async (context) => {
    const page = await open(context, '/')
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await expect.poll(() => reply(page).innerText(), patience).toContain('remembers')
    const body = JSON.stringify({ error: { message: 'There is no such stream' } })
    await page.route('**/api/chat/replies/*', (route) => route.fulfill({ status: 404, body }))
    await page.reload()
    await page.getByText('There is no such stream').first().waitFor()
    expect(await reply(page).innerText()).toContain('remembers')
    await page.getByRole('button', { name: 'Tell it again' }).click()
    await expect.poll(() => reply(page).innerText(), patience).toContain('remembers')
    expect(await page.locator('.message').count()).toBe(2)
    await page.getByRole('button', { name: 'New game' }).click()
    expect(await page.locator('.message').count()).toBe(0)
    await page.getByLabel('Games').selectOption('Game 1')
    expect(await page.locator('.message').count()).toBe(2)
  })

  test('the page of the instances says what they need', async (context) => {
    const page = await open(context, '/instances')
    await page.getByText('REDIS_URL=redis://localhost:6379 npm start').waitFor()
    expect(await page.getByRole('button', { name: 'Tell a story' }).count()).toBe(0)
    expect((await api('/api/instances', { method: 'PUT' })).status).toBe(409)
  })
})

describe.skipIf(!hasRedis)('on Redis', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  startPlayground({ pacing, redisUrl: () => redis.url })
  afterAll(() => redis.close())
  goesOn()

  test('a story whose server is killed goes on at the other, and one whose writer is killed ends', async (context) => {
    const page = await open(context, '/instances')
    const a = page.locator('.instance').nth(0)
    const b = page.locator('.instance').nth(1)
    const proof = page.getByRole('region', { name: 'Every event, once' })
    const here = async () => Number(/(\d+) of/.exec(await proof.innerText())?.[1])
    const tell = page.getByRole('button', { name: 'Tell a story' })

    await tell.click()
    await a.getByText('serves this page').waitFor()
    await b.getByText('writes the story').waitFor()
    await expect.poll(here, patience).toBeGreaterThan(10)
    await a.getByRole('button', { name: 'Kill' }).click()
    await b.getByText('serves this page').waitFor()
    await page.getByText('The story is whole.').waitFor()
    const [, count, all] = /(\d+) of (\d+) here · 0 missing · 0 doubled · 0 out/.exec(
      await proof.innerText(),
    )!
    expect(count).toBe(all)
    expect(await page.locator('.story').innerText()).toContain('0 of 100 points')
    expect(await violations(page)).toEqual([])

    await tell.click()
    await a.getByText('serves this page').waitFor()
    await expect.poll(here, patience).toBeGreaterThan(10)
    await b.getByRole('button', { name: 'Kill' }).click()
    await page.getByText('The server that wrote the story is gone').waitFor()
    expect(await proof.innerText()).toContain('0 missing · 0 doubled')

    await tell.click()
    await b.getByText('writes the story').waitFor()
    await a.getByRole('button', { name: 'Kill' }).click()
    await b.getByRole('button', { name: 'Kill' }).click()
    await page.getByText('No server is left').waitFor()

    await page.route('**/api/instances', (route) => route.fulfill({ status: 500, body: '{}' }))
    await tell.click()
    await page.getByText('The servers could not be started.').waitFor()
  })
})

function goesOn(): void {
  test('a reply, in its place, without a missing or a doubled word', async (context) => {
    const page = await open(context, '/')
    const asked: string[] = []
    page.on('request', (request) => {
      if (/\/api\/chat\/(replies|openaiChat)/.test(request.url())) asked.push(request.method())
    })
    await page.getByRole('button', { name: 'Begin the story' }).click()
    for (const words of ['the brook has run', 'its bed is dry']) {
      await expect.poll(() => reply(page).innerText(), patience).toContain(words)
      await page.reload()
      await streaming(page).waitFor()
      expect(await reply(page).innerText()).toContain(words)
    }
    await expect.poll(() => streaming(page).count(), patience).toBe(0)
    const told = await reply(page).locator('p').allInnerTexts()
    expect(letters(told.join(''))).toBe(letters(tellReply(['Begin the story'], 'en')))
    expect(asked).toEqual(['POST', 'GET', 'GET'])
  })

  test('tunes, each from where the server has it by then', async (context) => {
    const slices = async () =>
      ((await (await api('/api/studio')).json()) as { slices: number }).slices
    const slicesBefore = await slices()
    const page = await open(context, '/studio')
    await page.getByRole('button', { name: 'Start ten' }).click()
    const percent = () => page.locator('.tune .number').first().innerText()
    for (const least of [4, 20]) {
      await expect
        .poll(async () => Number.parseInt(await percent()), patience)
        .toBeGreaterThan(least)
      const before = Number.parseInt(await percent())
      await page.reload()
      await page.locator('.tune').nth(9).waitFor()
      expect(Number.parseInt(await percent())).toBeGreaterThanOrEqual(before)
      expect(await page.locator('.tune[data-status=processing]').count()).toBe(4)
      expect(await page.locator('.tune[data-status=queued]').count()).toBe(6)
    }
    await page.getByText('9 of 10 done, 1 failed').waitFor()
    // Fifty slices each, and twenty of the one that fails: none was made twice.
    expect((await slices()) - slicesBefore).toBe(470)
    expect(await page.locator('.tune audio').count()).toBe(9)

    await page.reload()
    await page.getByText('9 of 10 done, 1 failed').waitFor()
    await page.getByRole('button', { name: 'Clear finished' }).click()
    await page.getByText('No tunes yet.').waitFor()
    await page.reload()
    await page.getByText('No tunes yet.').waitFor()
    expect(await page.locator('.tune').count()).toBe(0)
  })

  test('tunes of two tabs: one holds the connections, and when it is closed the other', async (context) => {
    const first = await open(context, '/studio')
    const second = await first.context().newPage()
    await second.goto(first.url())
    const asked: Record<string, string[]> = { first: [], second: [] }
    for (const [name, page] of Object.entries({ first, second })) {
      page.on('request', (request) => {
        if (request.url().includes('/api/generate')) asked[name]!.push(request.method())
      })
    }
    const having = (page: Page, status: string) => page.locator(`.tune[data-status=${status}]`)

    await first.getByRole('button', { name: 'Start ten' }).click()
    await expect.poll(() => having(second, 'processing').count(), patience).toBe(4)
    expect(await having(second, 'queued').count()).toBe(6)
    await second
      .getByText(/rendering · \d s left/)
      .nth(3)
      .waitFor()
    await second.getByText(/%\/s · \d+ s left/).waitFor()
    await second.getByRole('button', { name: 'Cancel: A calm night by the lake' }).click()
    await first.getByText('0 of 10 done, 4 at work, 5 waiting, 1 canceled').waitFor()
    expect(asked).toEqual({ first: ['GET', 'GET', 'GET', 'GET', 'GET', 'DELETE'], second: [] })
    await second.getByRole('button', { name: 'Try again: A calm night by the lake' }).click()
    await first.getByText('0 of 10 done, 4 at work, 6 waiting').waitFor()
    await first.getByRole('button', { name: 'Pause the queue' }).click()
    await second.getByText('The queue is paused').waitFor()

    await first.close()
    await second.getByRole('button', { name: 'Resume the queue' }).click()
    await second.getByText('9 of 10 done, 1 failed').waitFor()
    expect(new Set(asked.second)).toEqual(new Set(['GET']))
  })
}
