/** Faults that take their time: silence, bytes one by one, a wait that is given up. */
import { describe, test } from 'vitest'
import { breakOff, open, patience, visit } from '../support.js'
import { attempts, goesOn, journal, openFaults, press, received, status } from './faults-support.js'

describe.concurrent('Faults', () => {
  test('says how many events are to come before the first is here', async (context) => {
    const { expect } = context
    const page = await open(context, '/formats')
    await breakOff(page, attempts)
    await visit(page, 'Faults')
    expect(await page.locator('.proof-sentence').innerText()).toMatch(/^0 of 60 here/)
  })

  test('gives a silent connection up, and goes on', async (context) => {
    const { expect } = context
    const page = await openFaults(context)
    await press(page, 'Stall')
    await page.getByText('The server falls silent').waitFor()
    await expect.poll(() => journal(page).innerText(), patience).toContain('timeout: ')
    await expect.poll(() => status(page), patience).toBe('open')
    await goesOn(page)
  })

  test('is closed while it waits, and says so on the wire', async (context) => {
    const { expect } = context
    const page = await openFaults(context)
    await breakOff(page, attempts)
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
