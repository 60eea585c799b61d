/** Studio with tunes that wait. */
import { describe, expect, test } from 'vitest'
import { hurry, open, phone } from '../support.js'
import { active, having, startPaused } from './tunes.js'
import { violations, violationsOfColor } from './violations.js'

describe('the queue of Studio', () => {
  test('pauses the queue, and lets one go before the others', async (context) => {
    const page = await open(context, '/studio')
    const started: (string | null)[] = []
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url())
      if (pathname === '/api/generate') started.push(searchParams.get('prompt'))
    })
    await startPaused(page, context)
    expect(await active()).toBe(0)
    const places = await having(page, 'queued').locator('.tune-state').allInnerTexts()
    expect(places.slice(0, 3)).toEqual([
      'next in the queue',
      'number 2 in the queue',
      'number 3 in the queue',
    ])

    await page.getByText('Before the others').click()
    await page.getByLabel('What should it sound like?').fill('a slow waltz')
    await page.keyboard.press('Enter')
    await page.getByText('next in the queue, before the others').waitFor()
    await page.getByText('number 11 in the queue').waitFor()
    await page.getByRole('button', { name: 'Resume the queue' }).click()
    await page.getByText('11 of 12 done, 1 failed').waitFor()
    expect(started).toHaveLength(12)
    expect(started.slice(0, 3)).toEqual([
      'A lonely autumn walk',
      'a slow waltz',
      'A calm night by the lake',
    ])
  })

  test('is readable in every state, on a phone, in light and dark', async (context) => {
    const page = await open(context, '/studio', { ...phone, colorScheme: 'light' })
    await page.getByRole('button', { name: 'A tune that must fail' }).click()
    hurry(context)
    await having(page, 'error').waitFor()
    await startPaused(page, context)
    await page.getByRole('button', { name: 'Cancel: Farewell to the winter' }).click()
    await page.getByText('1 of 12 done, 9 waiting, 1 failed, 1 canceled').waitFor()
    expect(await violations(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await violationsOfColor(page)).toEqual([])
    const width = await page.evaluate(() => document.querySelector('main')!.scrollWidth)
    expect(width).toBeLessThanOrEqual(390)
  })
})
