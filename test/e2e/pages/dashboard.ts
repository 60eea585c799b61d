import { describe, test } from 'vitest'
import { api, open, patience } from '../support.js'

describe.concurrent('Dashboard', () => {
  test('draws the machine’s load and memory, live', async (context) => {
    const { expect } = context
    const page = await open(context, '/dashboard')
    const [cpu, memory] = [page.locator('figure').nth(0), page.locator('figure').nth(1)]
    await expect
      .poll(() => cpu.innerText(), patience)
      .toMatch(/CPU load\s+\d+\.\d %[^]*core 1 \d+ %/)
    await expect.poll(() => memory.innerText(), patience).toMatch(/Memory in use\s+[\d.]+\s[MG]B/)
    const box = await cpu.locator('canvas').boundingBox()
    expect(box!.height).toBeGreaterThan(100)
    const inked = () =>
      cpu.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
        return data.some((value) => value > 0)
      })
    await expect.poll(inked, patience).toBe(true)
  })

  test('closes and opens each stream on its own', async (context) => {
    const { expect } = context
    const page = await open(context, '/dashboard')
    const metrics = page.getByRole('region', { name: 'Metrics' })
    const id = async () => Number(/lastEventId\s+(\d+)/.exec(await metrics.innerText())?.[1])
    await expect.poll(id, patience).toBeGreaterThan(0)
    await metrics.getByRole('button', { name: 'Close' }).click()
    expect(await metrics.innerText()).toContain('closed')
    const closedAt = await id()
    expect(await page.getByRole('region', { name: 'Notifications' }).innerText()).toContain('open')
    await page.getByText('Dashboard closed').first().waitFor()
    expect(await id()).toBe(closedAt)
    await metrics.getByRole('button', { name: 'Open' }).click()
    await expect.poll(id, patience).toBeGreaterThan(closedAt)
  })

  test('misses no notification while the page is loaded again', async (context) => {
    const { expect } = context
    const page = await open(context, '/dashboard')
    const count = () => page.locator('.notices li').count()
    await page.getByText('Dashboard opened').first().waitFor()
    await page.goto('about:blank')
    // More than the page asks for when it knows nothing.
    for (let n = 0; n < 12; n++) await (await api('/api/metrics')).body?.cancel()
    await page.goBack()
    await expect.poll(count, patience).toBeGreaterThan(24)
  })

  test('lists notifications in the language of the page', async (context) => {
    const { expect } = context
    const page = await open(context, '/dashboard')
    await page.getByText('Dashboard opened').first().waitFor()
    await page.getByRole('button', { name: '中文' }).click()
    await expect.poll(() => page.getByText('仪表盘已打开').count(), patience).toBeGreaterThan(0)
  })
})
