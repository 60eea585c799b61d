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

  test('speaks the language of the visitor, and remembers another one', async (context) => {
    const { expect } = context
    const page = await open(context, '/faults', { locale: 'zh-CN' })
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('故障')
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    const wire = page.locator('.readout')
    await wire.getByText('故障').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { level: 1, name: 'Faults' }).waitFor()
    await wire.getByText('faults').waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Faults' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
  })

  test('skips to the page', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('main')?.id)).toBe('main')
  })
})
