/** The playground in a real browser: one server and one Chromium for all pages, a fresh context for each test. */
import { setTimeout as wait } from 'node:timers/promises'
import { chromium } from 'playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { afterAll, beforeAll, expect } from 'vitest'
import type { TestContext } from 'vitest'
import type { Pacing } from '../../playground/server/environment.js'
import { createPlaygroundServer } from '../../playground/server/server.js'
import type { PlaygroundServer } from '../../playground/server/server.js'
import { launchOptions } from '../../scripts/find-chromium.mjs'
import { buildPage, type BuiltPage } from './built-page.js'

const usualHaste = 6
/** How much faster than for visitors the server's time runs. */
let haste = usualHaste

/** Slow enough that a test meets a tune before it is done. */
const defaultPacing = { slice: 150 }

const desktop: BrowserContextOptions = {
  viewport: { width: 1280, height: 800 },
  locale: 'en-US',
  // At this haste a reply takes little longer than it does to type it out evenly.
  reducedMotion: 'reduce',
}
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
}

let page: BuiltPage
let playground: PlaygroundServer
let browser: Browser

export interface PlaygroundSetting {
  pacing?: Partial<Pacing>
  /** Asked when the tests begin. */
  redisUrl?: () => string
}

export function startPlayground({
  pacing = defaultPacing,
  redisUrl,
}: PlaygroundSetting = {}): void {
  beforeAll(async () => {
    const options = await launchOptions()
    ;[page, browser] = await Promise.all([buildPage(), chromium.launch(options)])
    playground = await createPlaygroundServer({
      port: 0,
      page: page.serve,
      environment: { variables: { REDIS_URL: redisUrl?.() }, sleep, pacing },
    })
  })
  afterAll(async () => {
    await browser?.close()
    await playground?.close()
    await page?.remove()
  })
}

/** Opens a page of the test's own; by the end of the test it must have logged no error. */
export async function open(
  { onTestFinished }: TestContext,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ ...desktop, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(patience.timeout)
  const errors: string[] = []
  reportErrors(page, errors)
  onTestFinished(async () => {
    await context.close()
    expect(errors).toEqual([])
  })
  await page.goto(new URL(path, playground.url).href)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

function reportErrors(page: Page, errors: string[]): void {
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    // The browser's own note of a response that was refused or cut, which is what some tests do.
    const isOfNetwork = message.text().startsWith('Failed to load resource')
    if (['error', 'warning'].includes(message.type()) && !isOfNetwork) errors.push(message.text())
  })
}

/**
 * Lets all that the page receives trickle, so that something can be done in the middle of a reply
 * however busy the machine is. Returns how to end that.
 */
export async function trickle(page: Page): Promise<() => Promise<unknown>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const limit = (downloadThroughput: number): Promise<unknown> =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput,
      uploadThroughput: -1,
    })
  await limit(1_500)
  return () => limit(-1)
}

/**
 * For what is only waited for, in a file whose tests run one by one: the server hardly waits any more.
 * Returns how to end that; the end of the test does.
 */
export function hurry({ onTestFinished }: TestContext): () => void {
  haste = 100
  const slowDown = (): void => void (haste = usualHaste)
  onTestFinished(slowDown)
  return slowDown
}

export function api(path: string, init?: RequestInit): Promise<Response> {
  return fetch(new URL(path, playground.url), init)
}

/** For `expect.poll`: asks until the answer is as expected. */
export const patience = { timeout: 30_000, interval: 40 }

async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await wait(milliseconds / haste, undefined, { signal }).catch(() => {})
}
