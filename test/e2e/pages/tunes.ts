/** What Studio shows of its tunes, and what its server works on. */
import type { Locator, Page } from 'playwright'
import type { TestContext } from 'vitest'
import { api, hurry } from '../support.js'

export const active = async (): Promise<number> =>
  ((await (await api('/api/studio')).json()) as { active: number }).active

export const having = (page: Page, status: string): Locator =>
  page.locator(`.tune[data-status=${status}]`)

/** One that is done, and ten that wait. */
export async function startPaused(page: Page, context: TestContext): Promise<void> {
  hurry(context)
  await page.getByRole('button', { name: 'A lonely autumn walk' }).click()
  await page.getByRole('button', { name: 'Pause the queue' }).click()
  await page.getByText('The queue is paused').waitFor()
  await page.getByRole('button', { name: 'Start ten' }).click()
  await page.getByText(/^1 of 1[12] done, 10 waiting/).waitFor()
}
