/** A stored chat in a real browser: reloads in the middle of a reply, two tabs, full and blocked storage. */
import { chromium } from 'playwright'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchOptions } from '../../scripts/find-chromium.mjs'
import { startStoredChatServer, words, type StoredChatServer } from './stored-chat/server.js'

let browser: Browser
let server: StoredChatServer
let context: BrowserContext

beforeAll(async () => {
  browser = await chromium.launch(await launchOptions())
})
afterAll(() => browser?.close())
beforeEach(async () => {
  server = await startStoredChatServer()
  context = await browser.newContext()
})
afterEach(async () => {
  await context.close()
  await server.close()
})

const patience = { timeout: 20_000, interval: 40 }
const whole = words.join('')

async function openTab(path = '/'): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(server.url + path)
  await tab.locator('#state').waitFor({ timeout: 10_000 })
  return tab
}

async function reload(tab: Page): Promise<void> {
  await tab.reload()
  await tab.locator('#state').waitFor({ timeout: 10_000 })
}

function reply(tab: Page): Promise<string> {
  return tab.evaluate(() => window.chat.getSnapshot().messages.at(-1)?.content ?? '')
}

function texts(tab: Page): Promise<string[]> {
  return tab.evaluate(() => window.chat.getSnapshot().messages.map(({ content }) => content))
}

async function send(tab: Page, text: string): Promise<void> {
  await tab.evaluate((text) => void window.chat.sendMessage(text), text)
}

async function expectReply(tab: Page, word: string): Promise<void> {
  await expect.poll(() => reply(tab), patience).toContain(word)
}

test.each(['local', 'indexedDb'])(
  'reloaded in the middle of a reply, the page shows it at once and goes on, without a doubled word (%s)',
  async (storage) => {
    const tab = await openTab(`/?storage=${storage}`)
    await send(tab, 'Hello')
    await expectReply(tab, 'word30 ')
    await reload(tab)
    if (storage === 'local') {
      const [first] = await tab.evaluate(() => window.seen)
      expect(first).toContain('restored')
      expect(first).toContain('|Hello|word0 word1 ')
      expect(first).toContain('word29 ')
    }
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
    expect(await tab.evaluate(() => window.errors.length)).toBe(0)
  },
)

test('a second tab shows what is saved, and receives nothing; both can be written in', async () => {
  const one = await openTab()
  const other = await openTab()
  await send(one, 'Hello')
  await expectReply(other, 'word20 ')
  expect(await other.evaluate(() => window.chat.getSnapshot().isLoading)).toBe(false)
  await expect.poll(() => texts(other), patience).toEqual(['Hello', whole])
  expect(server.requests).toEqual(['POST'])
  await Promise.all([send(one, 'from one'), send(other, 'from other')])
  await expect.poll(async () => (await texts(one)).length, patience).toBe(6)
  await expect.poll(() => texts(other), patience).toEqual(await texts(one))
  expect((await texts(one)).sort()).toEqual(
    ['Hello', 'from one', 'from other', whole, whole, whole].sort(),
  )
  expect(server.requests).toEqual(['POST', 'POST', 'POST'])
  await reload(one)
  await expect.poll(() => texts(one), patience).toEqual(await texts(other))
})

test('the tab that receives is closed: the other one goes on with its reply', async () => {
  const one = await openTab()
  const other = await openTab()
  await send(one, 'Hello')
  await expectReply(other, 'word')
  await one.close()
  await expect.poll(() => texts(other), patience).toEqual(['Hello', whole])
  expect(server.requests).toEqual(['POST', 'GET'])
})

test('the tab that receives is reloaded: it goes on itself, and no other does', async () => {
  const one = await openTab()
  const other = await openTab()
  await send(one, 'Hello')
  await expectReply(other, 'word')
  await reload(one)
  await expect
    .poll(() => one.evaluate(() => window.chat.getSnapshot().isLoading), patience)
    .toBe(true)
  await expect.poll(() => texts(one), patience).toEqual(['Hello', whole])
  await expect.poll(() => texts(other), patience).toEqual(['Hello', whole])
  expect(server.requests).toEqual(['POST', 'GET'])
})

test('full storage: the chat goes on, and it is told once', async () => {
  const tab = await openTab()
  await tab.evaluate(() => {
    let size = 5 * 1024 * 1024
    let text = ''
    while (size >= 1) {
      try {
        localStorage.setItem('full', text + 'x'.repeat(size))
        text += 'x'.repeat(size)
      } catch {
        size = Math.floor(size / 2)
      }
    }
  })
  await send(tab, 'Hello')
  await expect.poll(() => texts(tab), patience).toEqual(['Hello', whole])
  const errors = await tab.evaluate(() =>
    window.errors.map(({ code, message }) => ({ code, message })),
  )
  expect(errors).toMatchObject([
    { code: 'storage', message: /quota/i.exec(errors[0]!.message)?.input },
  ])
  await tab.evaluate(() => localStorage.removeItem('full'))
  await tab.evaluate(() => window.chat.removeMessage(window.chat.getSnapshot().messages.at(-1)!.id))
  await reload(tab)
  expect(await texts(tab)).toEqual(['Hello'])
})

test('blocked storage, in a sandbox: the chat goes on, and it is told once', async () => {
  const tab = await openTab('/sandboxed')
  const failures: string[] = []
  tab.on('pageerror', (error) => failures.push(String(error)))
  await reload(tab)
  await send(tab, 'Hello')
  await expect.poll(() => texts(tab), patience).toEqual(['Hello', whole])
  expect(await tab.evaluate(() => window.errors.map(({ code }) => code))).toEqual(['storage'])
  expect(await tab.evaluate(() => window.errors[0]!.message)).toContain('sandboxed')
  expect(failures).toEqual([])
})
