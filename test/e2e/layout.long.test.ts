/** The layout of the playground's pages: in small windows, with large text, for fingers. */
import type { Page } from 'playwright'
import { describe, test } from 'vitest'
import { open, pageTitles, phone, startPlayground, visit } from './support.js'

startPlayground()

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

/** All that the game master says from now on. */
async function answerWith(page: Page, content: string): Promise<void> {
  const body = `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\ndata: [DONE]\n\n`
  await page.route('**/api/chat/openaiChat*', (route) =>
    route.fulfill({ contentType: 'text/event-stream', body }),
  )
}

describe.concurrent('the layout', () => {
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
    for (const name of pageTitles) {
      await visit(page, name)
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 })
        const widths = await page.evaluate(() =>
          [document.documentElement, document.querySelector('main')!].map((e) => e.scrollWidth),
        )
        expect(Math.max(...widths)).toBeLessThanOrEqual(width)
        expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(844)
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
    for (const name of pageTitles) {
      await visit(page, name)
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
    for (const name of pageTitles) {
      await visit(page, name)
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
    for (const name of pageTitles) {
      await visit(page, name)
      expect(
        Math.max(...(await lineLengths(page, 'main p:not(.visually-hidden, [role=status])'))),
      ).toBeLessThanOrEqual(72)
    }
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.locator('.message[data-status=complete]').waitFor()
    expect(Math.max(...(await lineLengths(page, '.message p')))).toBeLessThanOrEqual(72)
  })

  test('stands in the middle of a wide window, below its wire', async (context) => {
    const { expect } = context
    const page = await open(context, '/', { viewport: { width: 1920, height: 1080 } })
    for (const name of pageTitles) {
      await visit(page, name)
      const [stage, track, shown] = await page.evaluate(() =>
        ['.stage', '.wire-canvas', 'main > *'].map((selector) => {
          const { left, right } = document.querySelector(selector)!.getBoundingClientRect()
          return { left, right }
        }),
      )
      expect(shown).toEqual(track)
      expect(shown!.left - stage!.left).toBe(stage!.right - shown!.right)
    }
  })

  test('says on a phone what the adventure is', async (context) => {
    const { expect } = context
    const page = await open(context, '/', { ...phone, viewport: { width: 390, height: 664 } })
    expect(await page.locator('.lead').isVisible()).toBe(true)
    const begin = page.getByRole('button', { name: 'Begin the story' })
    expect(await begin.evaluate((button) => button.getBoundingClientRect().bottom)).toBeLessThan(
      await page.getByRole('navigation').evaluate((bar) => bar.getBoundingClientRect().top),
    )
  })

  test('breaks no word of a table that is too wide', async (context) => {
    const { expect } = context
    const page = await open(context, '/', phone)
    const cells = '| mountains '.repeat(9)
    const content = `${cells}|\n${'|-'.repeat(9)}|\n${cells}|`
    await answerWith(page, content)
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.locator('.message[data-status=complete]').waitFor()
    expect(await lineLengths(page, 'td:first-child')).toEqual(['mountains'.length])
    const width = await page.locator('.conversation-scroller').evaluate((e) => e.scrollWidth)
    expect(width).toBeLessThanOrEqual(390)
  })

  test('sets right to left what is written so', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await answerWith(page, 'الطاحونة هناك.\n\nThe mill is there.\n\n- هنا\n- here')
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.locator('.message[data-status=complete]').waitFor()
    const sides = await page.locator('[data-role=assistant] :is(p, li)').evaluateAll((elements) =>
      elements.map((element) => {
        const text = document.createRange()
        text.selectNodeContents(element)
        const [around, within] = [element, text].map((each) => each.getBoundingClientRect())
        return within!.left - around!.left < around!.right - within!.right ? 'left' : 'right'
      }),
    )
    expect(sides).toEqual(['right', 'left', 'right', 'left'])
  })

  test('scrolls a long story, and nothing around it', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await answerWith(page, 'And on it runs.\n\n'.repeat(60))
    for (const [index, said] of ['Begin the story', 'Go east'].entries()) {
      await page.getByRole('button', { name: said }).click()
      await page.locator('.message[data-status=complete]').nth(index).waitFor()
    }
    await page.getByRole('button', { name: 'Messages' }).click()
    const beyond = await page.evaluate(() =>
      [document.documentElement, document.querySelector('main')!].map(
        ({ scrollHeight, clientHeight }) => scrollHeight - clientHeight,
      ),
    )
    expect(beyond).toEqual([0, 0])
  })

  test('cuts no edge off a button that the keyboard is on', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.locator('.message[data-status=complete]').waitFor()
    await page.locator('.setup summary').click()
    for (const name of ['Tell it again', 'Forget this game']) {
      const room = await page.getByRole('button', { name }).evaluate((button) => {
        const scroller = button.closest('.conversation-scroller, .adventure-aside')!
        return button.getBoundingClientRect().left - scroller.getBoundingClientRect().left
      })
      // The ring and the gap before it.
      expect(room).toBeGreaterThanOrEqual(4)
    }
  })
})
