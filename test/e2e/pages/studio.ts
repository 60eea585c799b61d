import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { breakOff, hurry, open, patience } from '../support.js'
import { active, having } from './tunes.js'

/** Cuts the wire of a tune until it is mended. */
async function cutForLong(page: Page): Promise<() => Promise<void>> {
  const mend = await breakOff(page, '**/api/generate?*')
  await page.getByRole('button', { name: 'Cut the wire' }).click()
  await page.getByText('reconnecting').first().waitFor()
  return mend
}

describe('Studio', () => {
  test('starts ten, four at a time, and goes on without the one that fails', async (context) => {
    const page = await open(context, '/studio')
    await page.getByRole('button', { name: 'Start ten' }).click()
    const tunes = page.getByRole('list', { name: 'Tunes' }).getByRole('listitem')
    // At once, for one that is done leaves its place to the next.
    const states = await tunes.evaluateAll((all) => all.map((each) => each.dataset.status))
    expect(states).toEqual([...Array(4).fill('processing'), ...Array(6).fill('queued')])
    await expect.poll(active, patience).toBe(4)
    await page.getByText('rendering').first().waitFor()
    const slowDown = hurry(context)

    let most = 0
    await expect
      .poll(async () => {
        most = Math.max(most, await active())
        return page.locator('.total').innerText()
      }, patience)
      .toContain('9 of 10 done, 1 failed')
    expect(await page.locator('.total-progress .number').innerText()).toMatch(/^9\d %$/)
    expect(most).toBeLessThanOrEqual(4)
    const audio = tunes.first().locator('audio')
    await expect
      .poll(() => audio.evaluate((e: HTMLAudioElement) => e.duration), patience)
      .toBeGreaterThan(3)
    expect(await tunes.first().innerText()).toMatch(/bpm · calm/)
    const failed = having(page, 'error')
    expect(await failed.innerText()).toContain('The synthesizer broke a string')
    slowDown()
    await failed.getByRole('button', { name: 'Try again' }).click()
    await having(page, 'processing').waitFor()
    hurry(context)
    await failed.waitFor()
    await page.getByRole('button', { name: 'Clear finished' }).press('Enter')
    await page.getByText('No tunes yet.').waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  })

  test('cancels one tune, the server stops working on it, and it can be tried again by keyboard', async (context) => {
    const page = await open(context, '/studio')
    await page.getByLabel('What should it sound like?').fill('a slow waltz')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'A calm night by the lake' }).click()
    await expect.poll(active, patience).toBe(2)
    const deleted = page.waitForRequest((request) => request.method() === 'DELETE')
    await page.getByRole('button', { name: 'Cancel: a slow waltz' }).press('Enter')
    expect((await deleted).url()).toMatch(/\/api\/generate\?taskId=[\w-]+$/)
    await expect.poll(active, patience).toBe(1)
    const slowDown = hurry(context)
    await page.getByText('1 of 2 done, 1 canceled').waitFor()
    slowDown()

    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    expect(await focused()).toBe('Try again: a slow waltz')
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('Cancel: a slow waltz')
    hurry(context)
    await page.getByText('2 of 2 done').waitFor()
    await page.getByRole('button', { name: 'Remove: a slow waltz' }).press('Enter')
    await page.getByText('1 of 1 done').waitFor()
    expect(await focused()).toBe('Tunes')
  })

  test('tells the server of a tune that is canceled while the wire is cut', async (context) => {
    const page = await open(context, '/studio')
    await page.getByRole('button', { name: 'A happy dance in spring' }).click()
    await page.getByText('rendering').waitFor()
    const told = page.waitForResponse((response) => response.request().method() === 'DELETE')
    await cutForLong(page)
    await page.getByRole('button', { name: 'Cancel: A happy dance in spring' }).click()
    await page.locator('.readout').getByText('closed').waitFor()
    expect((await told).ok()).toBe(true)
  })

  test('goes on while the visitor is elsewhere, and after a cut', async (context) => {
    const page = await open(context, '/studio')
    await page.getByRole('button', { name: 'A happy dance in spring' }).click()
    await expect.poll(active, patience).toBe(1)
    const mend = await cutForLong(page)
    await page.getByRole('link', { name: 'Formats' }).click()
    await page.getByRole('heading', { level: 1, name: 'Formats' }).waitFor()
    await mend()
    await page.getByRole('link', { name: 'Studio' }).click()
    hurry(context)
    await page.getByText('1 of 1 done').waitFor()
    expect(await page.locator('.tune audio').count()).toBe(1)
  })

  test('shows the same tunes in a second tab and after a reload', async (context) => {
    const page = await open(context, '/studio')
    hurry(context)
    await page.getByRole('button', { name: 'A lonely autumn walk' }).click()
    await page.getByRole('button', { name: 'Pause the queue' }).click()
    await page.getByRole('button', { name: 'A calm night by the lake' }).click()
    await page.getByRole('button', { name: 'A happy dance in spring' }).click()
    const second = await page.context().newPage()
    await second.goto(page.url())
    await second.getByText('The queue is paused').waitFor()
    await second.getByText('1 of 3 done, 2 waiting').waitFor()
    expect(await second.locator('.tune h2').allInnerTexts()).toEqual(
      await page.locator('.tune h2').allInnerTexts(),
    )
    await second.getByRole('button', { name: 'Cancel: A happy dance in spring' }).click()
    await page.getByText('1 of 3 done, 1 waiting, 1 canceled').waitFor()
    await page.reload()
    await page.getByText('1 of 3 done, 1 waiting, 1 canceled').waitFor()
    await page.getByText('The queue is paused').waitFor()
    await page.getByRole('button', { name: 'Resume the queue' }).click()
    await second.getByText('2 of 3 done, 1 canceled').waitFor()
    await second.getByRole('button', { name: 'Clear finished' }).click()
    await page.getByText('No tunes yet.').waitFor()
  })
})
