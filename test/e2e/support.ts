/** The playground in a real browser: one server and one Chromium for all pages. */
import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserContextOptions, CDPSession, ConsoleMessage, Page, Route } from 'playwright'
import { afterAll, beforeAll, expect } from 'vitest'
import type { TestContext } from 'vitest'
import type { Pacing } from '../../playground/server/environment.js'
import { createPlaygroundServer } from '../../playground/server/server.js'
import type { PlaygroundServer } from '../../playground/server/server.js'
import { startBrowser } from '../support/browser.js'
import { buildPage, type BuiltPage } from './built-page.js'

const usualHaste = 6
/** How much faster than for visitors the server's time runs. */
let haste = usualHaste
/** Aborts when it is hurried: what waits then waits no longer. */
let hurried = new AbortController()

/** No tune is done before a test hurries it, however slow the machine is. */
const defaultPacing = { slice: 60_000 }

type PageOptions = Pick<
  BrowserContextOptions,
  'viewport' | 'locale' | 'hasTouch' | 'colorScheme' | 'reducedMotion'
>

const desktop: PageOptions = {
  viewport: { width: 1280, height: 800 },
  locale: 'en-US',
  colorScheme: 'light',
  // At this haste a reply takes little longer than it does to type it out evenly.
  reducedMotion: 'reduce',
}
export const phone: PageOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
}

/** In the order in which tests visit them: the page that opens first comes last. */
export const pageTitles = ['Studio', 'Dashboard', 'Formats', 'Instances', 'Faults', 'Adventure']

/** Goes to a page by its link. */
export async function visit(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: title }).click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
}

let page: BuiltPage
let playground: PlaygroundServer

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
    page = await buildPage()
    playground = await createPlaygroundServer({
      port: 0,
      page: page.serve,
      environment: { variables: { REDIS_URL: redisUrl?.() }, sleep, pacing },
    })
  })
  afterAll(async () => {
    await Promise.all([...left.values()].flat().map((each) => each.context().close()))
    left.clear()
    await playground?.close()
    await page?.remove()
  })
}

/**
 * Pages that tests have left, by what cannot be set in a page that is open: the next test finds no trace
 * of the one before, and a page that is warm takes half of the time that a new one does.
 */
const left = new Map<string, Page[]>()

/** Opens a page that the test has for itself; by the end of the test it must have logged no error. */
export async function open(
  { onTestFinished }: TestContext,
  path: string,
  options: PageOptions = {},
): Promise<Page> {
  const { locale, hasTouch, viewport, colorScheme, reducedMotion } = { ...desktop, ...options }
  const key = JSON.stringify({ locale, hasTouch })
  const page = left.get(key)?.pop() ?? (await newPage({ ...desktop, locale, hasTouch }))
  await page.setViewportSize(viewport!)
  await page.emulateMedia({ colorScheme, reducedMotion })
  const errors: string[] = []
  const ignore = reportErrors(page, errors)
  onTestFinished(async () => {
    // A test may have closed it, because another tab was to go on alone.
    if (page.isClosed()) await page.context().close()
    else {
      await leave(page)
      left.set(key, [...(left.get(key) ?? []), page])
    }
    ignore()
    expect(errors).toEqual([])
  })
  await page.goto(new URL(path, playground.url).href)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

async function newPage(options: PageOptions): Promise<Page> {
  const browser = await startBrowser()
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.setDefaultTimeout(patience.timeout)
  return page
}

/** Takes away what a test has left in a page, and the tabs beside it. */
async function leave(page: Page): Promise<void> {
  const context = page.context()
  const others = context.pages().filter((each) => each !== page)
  await Promise.all(others.map((each) => each.close()))
  await limit(page, -1)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  // A page of the same origin: for any other one the browser would start another process.
  const { href, origin } = new URL('/icon.svg', playground.url)
  await page.goto(href)
  const session = await devtools(page)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
}

/** Returns how to end it. */
function reportErrors(page: Page, errors: string[]): () => void {
  const onError = (error: Error): void => void errors.push(String(error))
  const onMessage = (message: ConsoleMessage): void => {
    // The browser's own note of a response that was refused or cut, which is what some tests do.
    const isOfNetwork = message.text().startsWith('Failed to load resource')
    if (['error', 'warning'].includes(message.type()) && !isOfNetwork) errors.push(message.text())
  }
  page.on('pageerror', onError).on('console', onMessage)
  return () => page.off('pageerror', onError).off('console', onMessage)
}

const sessions = new WeakMap<Page, Promise<CDPSession>>()

function devtools(page: Page): Promise<CDPSession> {
  const session = sessions.get(page) ?? page.context().newCDPSession(page)
  sessions.set(page, session)
  return session
}

async function limit(page: Page, downloadThroughput: number): Promise<void> {
  const session = await devtools(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput,
    uploadThroughput: -1,
  })
}

/**
 * Lets all that the page receives trickle, so that something can be done in the middle of a reply
 * however busy the machine is. Returns how to end that.
 */
export async function trickle(page: Page): Promise<() => Promise<void>> {
  await limit(page, 1_500)
  return () => limit(page, -1)
}

/**
 * Lets no GET of this URL reach the server, so that what is cut is not mended before anybody looks. Returns
 * how to end that.
 */
export async function breakOff(page: Page, url: string | RegExp): Promise<() => Promise<void>> {
  const abort = (route: Route): Promise<void> =>
    route.request().method() === 'GET' ? route.abort() : route.fallback()
  await page.route(url, abort)
  return () => page.unroute(url, abort)
}

/**
 * For what is only waited for, in a file whose tests run one by one: the server waits no more. Returns
 * how to end that; the end of the test does.
 */
export function hurry({ onTestFinished }: TestContext): () => void {
  haste = Infinity
  hurried.abort()
  hurried = new AbortController()
  const slowDown = (): void => void (haste = usualHaste)
  onTestFinished(slowDown)
  return slowDown
}

export function api(path: string, init?: RequestInit): Promise<Response> {
  return fetch(new URL(path, playground.url), init)
}

/** For `expect.poll`: asks until the answer is as expected, on a machine that has much else to do, too. */
export const patience = { timeout: 60_000, interval: 100 }

async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  const signals = [hurried.signal, ...(signal ? [signal] : [])]
  await wait(milliseconds / haste, undefined, { signal: AbortSignal.any(signals) }).catch(() => {})
}
