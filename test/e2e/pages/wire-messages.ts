/** What the wire says while nothing, much, or another page's stream comes, and where it has little room. */
import { describe, test } from 'vitest'
import { open, patience, phone, trickle } from '../support.js'

describe.concurrent('the wire at length', () => {
  test('shows a message in full, from the keyboard', async (context) => {
    const { expect } = context
    const page = await open(context, '/formats')
    await page.getByText('12 events').waitFor()
    await page.getByRole('button', { name: 'Messages' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowUp')
    const detail = page.locator('.detail')
    expect(await detail.locator('pre').innerText()).toContain('The last record')
    expect(await detail.locator('dl').innerText()).toMatch(/Format\s+sse\s+Id\s+12/)
    await page.keyboard.press('ArrowUp')
    expect(await detail.locator('pre').innerText()).toContain('鹅卵石')
    await page.getByRole('button', { name: 'Close' }).click()
    expect(await detail.count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('messages-time')
  })

  test('says what its signs are until something comes, and has nothing to cut', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const signs = page.locator('.wire-signs')
    expect(await signs.innerText()).toContain('A tick for each event')
    await page.getByRole('button', { name: 'Cut the wire' }).dispatchEvent('click')
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.locator('.message[data-status=streaming]').waitFor()
    expect(await signs.count()).toBe(0)
    expect(await page.locator('.readout').innerText()).toMatch(/attempt\s+0/)
  })

  test('reads beside its buttons at 1280, at 1000 and at 768 pixels', async (context) => {
    const { expect } = context
    const page = await open(context, '/faults')
    await page.getByText('open: 200').waitFor()
    for (const width of [1280, 1000, 768]) {
      await page.setViewportSize({ width, height: 800 })
      const readings = await page.locator('.readout > div').all()
      const ends = await Promise.all(readings.map((reading) => reading.boundingBox()))
      const button = await page.getByRole('button', { name: 'Cut the wire' }).boundingBox()
      expect(Math.max(...ends.map((box) => box!.x + box!.width))).toBeLessThan(button!.x)
    }
  })

  test('keeps the row that is pressed on a phone above its detail', async (context) => {
    const { expect } = context
    const page = await open(context, '/formats', phone)
    await page.getByText('12 events').waitFor()
    await page.getByRole('button', { name: 'Messages' }).click()
    const list = page.locator('.messages-scroller')
    // Until the page has heard of it, at the next frame.
    const scrollTo = (top: number) =>
      list.evaluate((e, to) => {
        e.scrollTo(0, to)
        return new Promise(requestAnimationFrame)
      }, top)
    const fromEnd = () => list.evaluate((e) => e.scrollHeight - e.clientHeight - e.scrollTop)
    const box = async (selector: string) => (await page.locator(selector).first().boundingBox())!
    const bottom = async (selector: string) => {
      const { y, height } = await box(selector)
      return y + height
    }
    await expect.poll(fromEnd, patience).toBeLessThan(2)

    const end = await bottom('.messages-scroller')
    const heading = await bottom('.messages-table th')
    for (const at of [heading + 10, end - 10]) {
      for (const top of [200, 10_000]) {
        await scrollTo(top)
        await page.mouse.click(100, at)
        const detail = await box('.detail')
        // But for a fraction of a pixel.
        expect((await box('tr[data-selected=true]')).y).toBeGreaterThan(heading - 1)
        expect(await bottom('tr[data-selected=true]')).toBeLessThan(detail.y + 1)
        await page.getByRole('button', { name: 'Close' }).click()
      }
      // It followed the newest message before, and does again.
      await expect.poll(fromEnd, patience).toBeLessThan(2)
    }
  })

  test('keeps no more than the last 500 messages, and the one that is read', async (context) => {
    const { expect } = context
    const page = await open(context, '/formats')
    await page.getByRole('button', { name: 'Messages' }).click()
    await page.getByText('GET /api/formats/sse').click()
    // As text, for Vitest would rewrite the import.
    await page.evaluate(`(async () => {
      const { wire } = await import('/wire.js')
      const fetchMany = wire.fetch('ndjson')
      const url = '/api/formats/ndjson?interval=0&chunk=65536'
      const responses = await Promise.all(Array.from({ length: 40 }, () => fetchMany(url)))
      await Promise.all(responses.map((response) => response.text()))
    })()`)
    await expect
      .poll(() => page.locator('.messages-count').innerText(), patience)
      .toBe('500 messages')
    await expect.poll(() => page.getByRole('table').getByRole('row').count(), patience).toBe(501)
    expect(await page.locator('.detail pre').innerText()).toContain('GET /api/formats/sse')
    await page.getByRole('button', { name: 'Close' }).click()
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('messages-time')
  })

  test('counts what comes for another page, too', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const flow = await trickle(page)
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.locator('.message[data-status=streaming]').waitFor()
    await page.getByRole('link', { name: 'Studio' }).click()
    const readout = page.locator('.readout')
    await expect.poll(() => readout.innerText(), patience).toMatch(/chat\s+open/)
    await flow()
    await expect.poll(() => readout.innerText(), patience).toMatch(/chat\s+closed/)
  })
})
