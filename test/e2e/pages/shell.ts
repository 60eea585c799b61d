import { describe, test } from 'vitest'
import { open, pageTitles, visit } from '../support.js'

describe.concurrent('the shell', () => {
  test('leads to every page and back', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    for (const name of pageTitles) {
      await visit(page, name)
      expect(await page.title()).toBe(`${name} · brooklet`)
      expect(await page.locator('[aria-current=page]').innerText()).toBe(name)
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    }
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Faults' }).waitFor()
  })
})
