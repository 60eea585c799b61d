/** Tabs with the page of a stored chat: a server and a context for each test. */
import type { BrowserContext, Page } from 'playwright'
import { afterEach, beforeEach, expect } from 'vitest'
import { startBrowser } from '../../support/browser.js'
import { startStoredChatServer, words, type StoredChatServer } from './server.js'

export let server: StoredChatServer
let context: BrowserContext

/** Call it at the top of a test file. */
export function startTabs(): void {
  beforeEach(async () => {
    server = await startStoredChatServer()
    const browser = await startBrowser()
    context = await browser.newContext()
  })
  afterEach(async () => {
    await context.close()
    await server.close()
  })
}

export const patience = { timeout: 60_000, interval: 100 }
export const whole: string = words.join('')

export async function openTab(path = '/'): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(server.url + path)
  await tab.locator('#state').waitFor()
  return tab
}

export async function reload(tab: Page): Promise<void> {
  await tab.reload()
  await tab.locator('#state').waitFor()
}

export function texts(tab: Page): Promise<string[]> {
  return tab.evaluate(() => window.chat.getSnapshot().messages.map(({ content }) => content))
}

export async function send(tab: Page, text: string): Promise<void> {
  await tab.evaluate((text) => void window.chat.sendMessage(text), text)
}

export async function expectReply(tab: Page, word: string): Promise<void> {
  const reply = async () => (await texts(tab)).at(-1)
  await expect.poll(reply, patience).toContain(word)
}

export async function reloadMidReply(storage: 'local' | 'indexedDb'): Promise<Page> {
  const tab = await openTab(`/?storage=${storage}`)
  const goOn = server.rest()
  await send(tab, 'Hello')
  await expectReply(tab, 'word30 ')
  await reload(tab)
  goOn()
  return tab
}

/** It was reloaded, and goes on to the end of the reply, without a doubled word. */
export async function expectToGoOn(tab: Page): Promise<void> {
  await expectReply(tab, 'word59')
  await expect
    .poll(() => tab.evaluate(() => window.chat.getSnapshot().isLoading), patience)
    .toBe(false)
  expect(await texts(tab)).toEqual(['Hello', whole])
  expect(server.requests).toEqual(['POST', 'GET'])
  const lengths = await tab.evaluate(() =>
    window.seen.map((each) => each.split('|')[2]?.length ?? 0),
  )
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
  await reload(tab)
  await expect.poll(() => texts(tab), patience).toEqual(['Hello', whole])
  expect(server.requests).toHaveLength(2)
}
