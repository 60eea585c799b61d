import type { Page } from 'playwright'
import { describe, test } from 'vitest'
import { open, phone } from '../support.js'

const pages = ['Studio', 'Dashboard', 'Formats', 'Instances', 'Faults', 'Adventure']

/** The number of characters in each line of these elements, as it is laid out. */
function lineLengths(page: Page, selector: string): Promise<number[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.flatMap((element) => {
      const lines = new Map<number, number>()
      const range = document.createRange()
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (let at = 0; at < node.textContent!.length; at++) {
          range.setStart(node, at)
          range.setEnd(node, at + 1)
          const { bottom } = range.getBoundingClientRect()
          lines.set(bottom, (lines.get(bottom) ?? 0) + 1)
        }
      }
      return [...lines.values()]
    }),
  )
}

describe.concurrent('the shell', () => {
  test('leads to every page and back', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    for (const name of pages) {
      await page.getByRole('link', { name }).click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
      expect(await page.title()).toBe(`${name} · brooklet`)
      expect(await page.locator('[aria-current=page]').innerText()).toBe(name)
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    }
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Faults' }).waitFor()
  })

  test('shows where each page uses its hook', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    for (const name of pages) {
      await page.getByRole('link', { name }).click()
      await page.getByText('The code').click()
      const hook = await page.locator('.lead code').innerText()
      const code = await page.getByRole('region', { name: 'The code' }).innerText()
      expect(code).toMatch(new RegExp(`import .*${hook}.* from 'brooklet'`))
    }
  })

  test('speaks the language of the visitor, and remembers another one', async (context) => {
    const { expect } = context
    const page = await open(context, '/studio', { locale: 'zh-CN' })
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('工作室')
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
  })

  test('opens where the browser has no proper locale', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const script = await page.addInitScript(() => {
      const language = { configurable: true, get: () => 'en-US@posix' }
      Object.defineProperty(Navigator.prototype, 'language', language)
    })
    context.onTestFinished(() => script.dispose())
    await page.goto(new URL('/dashboard', page.url()).href)
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()
    expect(await page.evaluate(() => navigator.language)).toBe('en-US')
  })

  test('follows the theme of the system until the visitor chooses', async (context) => {
    const { expect } = context
    const page = await open(context, '/', { colorScheme: 'dark' })
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
    await page.getByRole('button', { name: 'Light theme' }).click()
    expect(await scheme()).toBe('light')
    await page.reload()
    await page.getByRole('button', { name: 'Dark theme' }).waitFor()
    expect(await scheme()).toBe('light')
  })

  test('says where the server of the instances cannot be reached, and asks again', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await page.route('**/api/instances', (route) => route.abort())
    await page.getByRole('link', { name: 'Instances' }).click()
    await page.getByText('The playground’s server does not answer.').waitFor()
    await page.unroute('**/api/instances')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByText('REDIS_URL').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('skips to the page', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('main')?.id)).toBe('main')
  })

  test('leaves the story its room on a phone on its side', async (context) => {
    const { expect } = context
    const page = await open(context, '/', { ...phone, viewport: { width: 740, height: 360 } })
    const story = await page.getByRole('region', { name: 'Conversation' }).boundingBox()
    expect(story!.height).toBeGreaterThan(120)
  })

  test('has the field of the adventure above the bar in a low window', async (context) => {
    const { expect } = context
    const page = await open(context, '/', { viewport: { width: 720, height: 500 } })
    const field = await page.getByRole('textbox', { name: 'What do you do?' }).boundingBox()
    const bar = await page.getByRole('navigation').boundingBox()
    expect(field!.y + field!.height).toBeLessThanOrEqual(bar!.y)
  })

  test('fits a phone of 390 pixels, and of 320', async (context) => {
    const { expect } = context
    const page = await open(context, '/', phone)
    for (const name of pages) {
      await page.getByRole('link', { name }).click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 })
        const widths = await page.evaluate(() =>
          [document.documentElement, document.querySelector('main')!].map((e) => e.scrollWidth),
        )
        expect(Math.max(...widths)).toBeLessThanOrEqual(width)
        const bar = await page.getByRole('navigation').boundingBox()
        expect(Math.round(bar!.y + bar!.height)).toBe(844)
      }
    }
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.getByRole('button', { name: 'New game' }).waitFor()
    const title = page.getByRole('heading', { level: 1 })
    expect(await title.evaluate((h1) => h1.scrollWidth - h1.clientWidth)).toBe(0)
  })

  test('has nothing on a phone that is too small for a finger', async (context) => {
    const { expect } = context
    const page = await open(context, '/', phone)
    const tooSmall = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('a, button, label.button, .choices label, summary, select')]
          .concat([...document.querySelectorAll('textarea, input:not(.visually-hidden), audio')])
          .filter((e) => !e.matches('.skip, .sources a, .messages-time') && e.checkVisibility())
          .map((e) => ({ name: e.textContent || e.className, box: e.getBoundingClientRect() }))
          .filter(({ box }) => Math.min(box.width, box.height) < 44)
          .map(({ name, box }) => `${name}: ${box.width} × ${box.height}`),
      )
    for (const name of pages) {
      await page.getByRole('link', { name }).click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
      expect(await tooSmall()).toEqual([])
    }
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.locator('.message[data-status=complete]').waitFor()
    await page.getByRole('button', { name: 'Messages' }).click()
    await page.getByRole('row').last().click()
    expect(await tooSmall()).toEqual([])
    await page.getByRole('button', { name: 'Details' }).click()
    await page.locator('.setup summary').click()
    expect(await tooSmall()).toEqual([])
  })

  test('fits a window whose reader has set the text twice as large', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const session = await page.context().newCDPSession(page)
    await session.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } })
    const usual = { fontSizes: { standard: 16, fixed: 13 } }
    context.onTestFinished(async () => void (await session.send('Page.setFontSizes', usual)))
    for (const name of pages) {
      await page.getByRole('link', { name }).click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('main, nav a, .readout > div')]
          .filter((e) => e.scrollWidth > e.clientWidth)
          .map(({ textContent }) => textContent),
      )
      expect(cut).toEqual([])
    }
  })

  test('has no line of more than 72 characters', async (context) => {
    const { expect } = context
    const page = await open(context, '/', { viewport: { width: 1920, height: 1080 } })
    for (const name of pages) {
      await page.getByRole('link', { name }).click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
      expect(
        Math.max(...(await lineLengths(page, 'main p:not(.visually-hidden, [role=status])'))),
      ).toBeLessThanOrEqual(72)
    }
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.locator('.message[data-status=complete]').waitFor()
    expect(Math.max(...(await lineLengths(page, '.message p')))).toBeLessThanOrEqual(72)
  })
})
