import { describe, test } from 'vitest'
import { open, patience } from '../support.js'

describe.concurrent('Formats', () => {
  test('shows the bytes as they come, and the events made of them', async (context) => {
    const { expect } = context
    const page = await open(context, '/formats')
    await page.getByText('12 events').waitFor()
    const raw = page.getByRole('region', { name: 'Raw bytes' })
    expect(await raw.innerText()).toMatch(/^chunk 1 · \d+ B · \+0 ms\s+0000\s+3a/)
    const events = page.getByRole('region', { name: 'Parsed events' }).getByRole('listitem')
    expect(await events.count()).toBe(12)
    expect(await events.nth(2).innerText()).toContain('溪水从石头之间流过')
    await expect
      .poll(() => page.locator('.format-counts').innerText(), patience)
      .toContain('closed')
  })

  test('reads all four formats with the same hook', async (context) => {
    const { expect } = context
    const page = await open(context, '/formats')
    await page.getByText('All four').click()
    for (const name of ['SSE', 'NDJSON', 'json-seq']) {
      const format = page.getByRole('region', { name, exact: true })
      await expect
        .poll(() => format.locator('.format-counts').innerText(), patience)
        .toContain('12 events')
      await expect
        .poll(() => format.locator('.format-counts').innerText(), patience)
        .toContain('closed')
    }
    const text = page.getByRole('region', { name: 'Text', exact: true })
    await expect
      .poll(() => text.locator('.format-counts').innerText(), patience)
      .toContain('closed')
    const pieces = await text.locator('.events pre').allTextContents()
    expect(pieces.join('')).toContain('👩‍👩‍👧')
    expect(pieces.join('')).not.toContain('\ufffd')
  })
})
