import type { Page } from 'playwright'
import { describe, test } from 'vitest'
import type { TestContext } from 'vitest'
import { open, patience } from '../support.js'

const received = async (page: Page): Promise<number> =>
  Number(/^\d+/.exec(await page.locator('.proof-sentence').innerText())![0])
// By its role: a screen reader says when it changes.
const status = (page: Page) => page.getByRole('status').innerText()
const press = (page: Page, name: string) => page.getByRole('button', { name }).click()
const journal = (page: Page) => page.getByRole('region', { name: 'What happened' })

/** Resolves when a further event has come, and none was missed or came twice. */
async function goesOn(page: Page): Promise<void> {
  await page.waitForFunction(
    (before) => {
      const sentence = document.querySelector('.proof-sentence')!.textContent
      const isWhole = sentence.endsWith('0 missing · 0 doubled · 0 out of order')
      return isWhole && Number.parseInt(sentence) > before
    },
    await received(page),
  )
}

/** A stream that does not end before the test does, however slow the machine is. */
async function openFaults(context: TestContext): Promise<Page> {
  const page = await open(context, '/formats')
  await page.route('**/api/faults?*', (route) =>
    route.continue({ url: route.request().url().replace('events=60', 'events=300') }),
  )
  await page.getByRole('link', { name: 'Faults' }).click()
  return page
}

describe.concurrent('Faults', () => {
  test('goes on after a dropped connection, refusals and an early end', async (context) => {
    const { expect } = context
    const page = await openFaults(context)
    await expect.poll(() => received(page), patience).toBeGreaterThan(2)
    await press(page, 'Drop the connection')
    await expect.poll(() => status(page), patience).toBe('reconnecting')
    await expect
      .poll(() => page.locator('.connection').innerText(), patience)
      .toMatch(/in \d\.\d s/)
    await expect.poll(() => status(page), patience).toBe('open')
    await goesOn(page)

    await press(page, 'Answer 503 twice')
    await expect
      .poll(async () => (await journal(page).innerText()).match(/http: /g)?.length, patience)
      .toBe(2)
    expect(await page.locator('.error-card').innerText()).toMatch(/503[^]*Retryable\s+yes/)
    await expect.poll(() => status(page), patience).toBe('open')
    await goesOn(page)

    await press(page, 'End early')
    await expect.poll(() => status(page), patience).toBe('reconnecting')
    await expect.poll(() => status(page), patience).toBe('open')
    await goesOn(page)
  })

  test('gives a silent connection up, and goes on', async (context) => {
    const { expect } = context
    const page = await openFaults(context)
    await expect.poll(() => received(page), patience).toBeGreaterThan(2)
    await press(page, 'Stall')
    await page.getByText('The server falls silent').waitFor()
    await expect.poll(() => journal(page).innerText(), patience).toContain('timeout: ')
    await expect.poll(() => status(page), patience).toBe('open')
    await goesOn(page)
  })

  test('does not ask again where a web page came instead', async (context) => {
    const { expect } = context
    const page = await openFaults(context)
    await expect.poll(() => received(page), patience).toBeGreaterThan(2)
    await press(page, 'Send a web page')
    await expect.poll(() => status(page), patience).toBe('failed')
    expect(await page.locator('.error-card').innerText()).toMatch(/content-type[^]*Retryable\s+no/)
    await press(page, 'Open')
    await expect.poll(() => status(page), patience).toBe('open')
    await goesOn(page)
  })

  test('is closed while it waits, and says so on the wire', async (context) => {
    const { expect } = context
    const page = await openFaults(context)
    await expect.poll(() => received(page), patience).toBeGreaterThan(2)
    await page.route('**/api/faults?*', (route) => route.abort())
    await press(page, 'Drop the connection')
    await expect.poll(() => status(page), patience).toBe('reconnecting')
    await press(page, 'Close')
    expect(await status(page)).toBe('closed')
    await page.locator('.readout').getByText('closed').waitFor()
  })

  test('reads byte by byte', async (context) => {
    const { expect } = context
    const page = await openFaults(context)
    await press(page, 'Drip byte by byte')
    await expect.poll(() => received(page), patience).toBeGreaterThan(1)
    await goesOn(page)
  })
})
