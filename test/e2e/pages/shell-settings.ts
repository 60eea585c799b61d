/** What the shell finds: the visitor's language, theme and keyboard, and the server. */
import { describe, test } from 'vitest'
import { open } from '../support.js'

describe.concurrent('the shell', () => {
  test('opens where the browser has no proper locale', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const script = await page.addInitScript(() => {
      const language = { configurable: true, get: () => 'en-US@posix' }
      Object.defineProperty(Navigator.prototype, 'language', language)
    })
    context.onTestFinished(() => script.dispose())
    await page.goto(new URL('/dashboard', page.url()).href)
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()
    expect(await page.evaluate(() => navigator.language)).toBe('en-US')
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

  test('follows the theme of the system until the visitor chooses', async (context) => {
    const { expect } = context
    const page = await open(context, '/', { colorScheme: 'dark' })
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
    await page.getByRole('button', { name: 'Light theme' }).click()
    expect(await scheme()).toBe('light')
    await page.reload()
    await page.getByRole('button', { name: 'Dark theme' }).waitFor()
    expect(await scheme()).toBe('light')
  })

  test('says where the server of the instances cannot be reached, and asks again', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await page.route('**/api/instances', (route) => route.abort())
    await page.getByRole('link', { name: 'Instances' }).click()
    await page.getByText('The playground’s server does not answer.').waitFor()
    await page.unroute('**/api/instances')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByText('REDIS_URL').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })
})
