import { describe, expect, test } from 'vitest'
import { hurry, open, patience } from '../support.js'
import { active, having } from './tunes.js'

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
})
