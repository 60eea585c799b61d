import type { Page } from 'playwright'
import type { TestContext } from 'vitest'
import { open, patience, visit } from '../support.js'

export const received = async (page: Page): Promise<number> =>
  Number(/^\d+/.exec(await page.locator('.proof-sentence').innerText())![0])
// By its role: a screen reader says when it changes.
export const status = (page: Page) => page.getByRole('status').innerText()
export const press = (page: Page, name: string) => page.getByRole('button', { name }).click()
export const journal = (page: Page) => page.getByRole('region', { name: 'What happened' })

/** Resolves when a further event has come, and none was missed or came twice. */
export async function goesOn(page: Page): Promise<void> {
  await page.waitForFunction(
    (before) => {
      const sentence = document.querySelector('.proof-sentence')!.textContent
      const isWhole = sentence.endsWith('0 missing · 0 doubled · 0 out of order')
      return isWhole && Number.parseInt(sentence) > before
    },
    await received(page),
  )
}

/** How often it has been opened. */
export const openings = async (page: Page): Promise<number> =>
  (await journal(page).innerText()).match(/open: 200/g)?.length ?? 0

/** The requests of the page's stream. */
export const attempts = '**/api/faults?*'

/** A stream whose first events have come, and that does not end before the test does, however slow the machine is. */
export async function openFaults(context: TestContext): Promise<Page> {
  const page = await open(context, '/formats')
  await page.route(attempts, (route) =>
    route.continue({ url: route.request().url().replace('events=60', 'events=200&interval=2400') }),
  )
  await visit(page, 'Faults')
  // The test's own: it may run beside others.
  await context.expect.poll(() => received(page), patience).toBeGreaterThan(2)
  return page
}
