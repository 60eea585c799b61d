import { describe, test } from 'vitest'
import { breakOff, patience } from '../support.js'
import { attempts, goesOn, journal, openFaults, openings, press, status } from './faults-support.js'

describe.concurrent('Faults', () => {
  test('goes on after a dropped connection, refusals and an early end', async (context) => {
    const { expect } = context
    const page = await openFaults(context)
    // For a moment only it would be reconnecting.
    const mend = await breakOff(page, attempts)
    await press(page, 'Drop the connection')
    await expect.poll(() => status(page), patience).toBe('reconnecting')
    await expect
      .poll(() => page.locator('.connection').innerText(), patience)
      .toMatch(/in \d\.\d s/)
    await mend()
    await expect.poll(() => status(page), patience).toBe('open')
    await goesOn(page)

    await press(page, 'Answer 503 twice')
    await expect
      .poll(async () => (await journal(page).innerText()).match(/http: /g)?.length, patience)
      .toBe(2)
    expect(await page.locator('.error-card').innerText()).toMatch(/503[^]*Retryable\s+yes/)
    await expect.poll(() => status(page), patience).toBe('open')
    await goesOn(page)

    const before = await openings(page)
    await press(page, 'End early')
    await expect.poll(() => openings(page), patience).toBeGreaterThan(before)
    await goesOn(page)
  })

  test('does not ask again where a web page came instead', async (context) => {
    const { expect } = context
    const page = await openFaults(context)
    await press(page, 'Send a web page')
    await expect.poll(() => status(page), patience).toBe('failed')
    expect(await page.locator('.error-card').innerText()).toMatch(/content-type[^]*Retryable\s+no/)
    await press(page, 'Open')
    await expect.poll(() => status(page), patience).toBe('open')
    await goesOn(page)
  })
})
