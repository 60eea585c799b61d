/** Studio where the wire is cut, the visitor is on another page, or has a second tab. */
import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { breakOff, hurry, open, patience } from '../support.js'
import { active } from './tunes.js'

/** Cuts the wire of a tune until it is mended. */
async function cutForLong(page: Page): Promise<() => Promise<void>> {
  const mend = await breakOff(page, '**/api/generate?*')
  await page.getByRole('button', { name: 'Cut the wire' }).click()
  await page.getByText('reconnecting').first().waitFor()
  return mend
}

describe('Studio elsewhere', () => {
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
