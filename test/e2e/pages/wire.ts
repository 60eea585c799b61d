import { describe, test } from 'vitest'
import { breakOff, open, patience } from '../support.js'

describe.concurrent('the wire', () => {
  test('lists every message, filters and pauses', async (context) => {
    const { expect } = context
    const page = await open(context, '/formats')
    await page.getByRole('button', { name: 'Messages' }).click()
    const rows = page.getByRole('table').getByRole('row')
    // Request, response, comment, retry, twelve events, closed; and the heading.
    await expect.poll(() => rows.count(), patience).toBe(18)
    expect(await rows.nth(1).innerText()).toContain('GET /api/formats/sse')
    expect(await rows.nth(2).innerText()).toContain('200 OK text/event-stream')

    await page.getByRole('searchbox').fill('reading')
    await expect.poll(() => rows.count(), patience).toBe(3)
    await page.getByRole('searchbox').fill('sought in vain')
    await page.getByText('No message has that in it.').waitFor()
    await page.getByRole('searchbox').fill('')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('12 events').waitFor()
    expect(await rows.count()).toBe(18)
    await page.getByRole('button', { name: 'Pause' }).click()
    // All of it, so that nothing comes after they are cleared.
    await expect.poll(() => rows.count(), patience).toBe(35)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByText('Nothing has come over the wire yet.').waitFor()
  })

  test('counts what a cut connection had received, and that it was cut', async (context) => {
    const { expect } = context
    const page = await open(context, '/dashboard')
    const readout = page.locator('.readout')
    await expect.poll(() => readout.innerText(), patience).toMatch(/2 streams\s+open/)
    const mend = await breakOff(page, /\/api\/(metrics|notifications)/)
    await page.getByRole('button', { name: 'Cut the wire' }).click()
    await expect
      .poll(() => readout.innerText(), patience)
      .toMatch(/(lost|reconnecting)\s+attempt\s+[1-9]/)
    await mend()
    await expect.poll(() => readout.innerText(), patience).toMatch(/open\s+attempt\s+0/)
  })
})
