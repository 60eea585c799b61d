import { describe, expect, test } from 'vitest'
import { api, open, patience } from '../support.js'

const active = async (): Promise<number> =>
  ((await (await api('/api/studio')).json()) as { active: number }).active

describe('Studio', () => {
  test('composes several tunes at once, and queues the rest', async (context) => {
    const page = await open(context, '/studio')
    await page.getByRole('button', { name: 'All of them' }).click()
    const tunes = page.getByRole('list', { name: 'Tunes' }).getByRole('listitem')
    expect(await tunes.count()).toBe(6)
    expect(await page.locator('.tune[data-status=processing]').count()).toBe(3)
    expect(await page.locator('.tune[data-status=queued]').count()).toBe(3)
    await page.getByText('rendering').first().waitFor()

    await page.getByText('5 of 6 done, 1 failed').waitFor({ timeout: 20_000 })
    const audio = tunes.first().locator('audio')
    await expect
      .poll(() => audio.evaluate((e: HTMLAudioElement) => e.duration), patience)
      .toBeGreaterThan(3)
    expect(await tunes.first().innerText()).toMatch(/bpm · calm/)
    const failed = page.locator('.tune[data-status=error]')
    expect(await failed.innerText()).toContain('The synthesizer broke a string')
    await failed.getByRole('button', { name: 'Try again' }).click()
    await page.locator('.tune[data-status=processing]').waitFor()
    await failed.waitFor()
    await page.getByRole('button', { name: 'Clear finished' }).click()
    await page.getByText('No tunes yet.').waitFor()
  })

  test('cancels one tune, and the server stops working on it', async (context) => {
    const page = await open(context, '/studio')
    await page.getByLabel('What should it sound like?').fill('a slow waltz')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'A calm night by the lake' }).click()
    await expect.poll(active, patience).toBe(2)
    const deleted = page.waitForRequest((request) => request.method() === 'DELETE')
    await page.getByRole('button', { name: 'Cancel: a slow waltz' }).click()
    expect((await deleted).url()).toMatch(/\/api\/generate\?taskId=[\w-]+$/)
    await expect.poll(active, patience).toBe(1)
    await page.getByText('1 of 1 done').waitFor()
  })

  test('goes on while the visitor is elsewhere, and after a cut', async (context) => {
    const page = await open(context, '/studio')
    await page.getByRole('button', { name: 'A happy dance in spring' }).click()
    await expect.poll(active, patience).toBe(1)
    await page.getByRole('button', { name: 'Cut the wire' }).click()
    await page.getByText('reconnecting').first().waitFor()
    await page.getByRole('link', { name: 'Formats' }).click()
    await page.getByRole('heading', { level: 1, name: 'Formats' }).waitFor()
    await page.getByRole('link', { name: 'Studio' }).click()
    await page.getByText('1 of 1 done').waitFor()
    expect(await page.locator('.tune audio').count()).toBe(1)
  })
})
