import { describe, test } from 'vitest'
import { readEvents } from '../../../src/formats/index.js'
import { api, breakOff, open, patience, trickle } from '../support.js'
import { isComplete, replies } from './conversation.js'

describe.concurrent('Adventure', () => {
  test('streams the reply of the game master, and says so once', async (context) => {
    const { expect } = context
    const page = await open(context, '/', { reducedMotion: 'no-preference' })
    const flow = await trickle(page)
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await expect
      .poll(() => page.getByRole('status').innerText(), patience)
      .toBe('The game master is replying.')
    const streaming = page.locator('.message[data-status=streaming]')
    await streaming.waitFor()
    const early = await streaming.innerText()
    await flow()
    await isComplete(page)
    const late = await replies(page).innerText()
    expect(late.length).toBeGreaterThan(early.length)
    expect(letters(late)).toContain(letters(await replyTo('Begin the story')))
    await expect
      .poll(() => page.getByRole('status').innerText(), patience)
      .toContain('For as long as anyone remembers')
    expect(await page.locator('.readings').innerText()).toContain('embedded game')
  })

  test('loses no word and doubles none when the wire is cut', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const flow = await trickle(page)
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await expect.poll(() => replies(page).innerText(), patience).toContain('remembers')
    const mend = await breakOff(page, '**/api/chat/replies/*')
    await page.getByRole('button', { name: 'Cut the wire' }).click()
    await page.getByText('The connection was lost. Fetching the rest…').waitFor()
    await mend()
    await flow()
    await isComplete(page)
    const told = await replies(page).locator('p').allInnerTexts()
    expect(letters(told.join(''))).toBe(letters(await replyTo('Begin the story')))
  })

  test('stops the reply at the server too', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const stopped = page.waitForResponse((response) => response.request().method() === 'DELETE')
    // By the page itself, in the frame in which it can: the server does not wait for one that is slow.
    const isStopped = page.evaluate(async () => {
      while (!document.querySelector('[data-status=streaming]')) {
        await new Promise(requestAnimationFrame)
      }
      document.querySelector<HTMLButtonElement>('button[aria-label=Stop]')!.click()
    })
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await isStopped
    const response = await stopped
    expect(response.status()).toBe(204)
    const rest = await (await api(new URL(response.url()).pathname)).text()
    expect(rest).toContain('"code":"canceled"')
  })

  test('goes on with a reply that was left for another page', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const flow = await trickle(page)
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await expect.poll(() => replies(page).innerText(), patience).toContain('remembers')
    await page.getByRole('link', { name: 'Studio' }).click()
    await page.getByRole('heading', { level: 1, name: 'Studio' }).waitFor()
    await flow()
    await page.getByRole('link', { name: 'Adventure' }).click()
    await isComplete(page)
    const told = await replies(page).locator('p').allInnerTexts()
    expect(letters(told.join(''))).toBe(letters(await replyTo('Begin the story')))
  })

  test('shows an error in full, and a way on', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const body = JSON.stringify({ error: { message: 'The model is asleep' } })
    await page.route('**/api/chat/*', (route) => route.fulfill({ status: 400, body }))
    await page.getByRole('button', { name: 'Begin the story' }).click()
    const card = page.locator('.error-card')
    await card.waitFor()
    expect(await card.innerText()).toMatch(/The model is asleep[^]*http[^]*400/)
    await page.unroute('**/api/chat/*')
    await page.getByRole('button', { name: 'Tell it again' }).click()
    await isComplete(page)
    expect(await card.count()).toBe(0)
  })
})

const letters = (text: string): string => text.replace(/\s+/g, '')

/** What the server says, read without the page. */
async function replyTo(content: string): Promise<string> {
  const response = await api('/api/chat?lang=en', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content }] }),
  })
  let text = ''
  for await (const { data } of readEvents(response)) {
    if (data !== '[DONE]') text += (JSON.parse(data) as { content: string }).content
  }
  return text
}
