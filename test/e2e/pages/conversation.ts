/** What is said and chosen in a game of Adventure. */
import type { Locator, Page } from 'playwright'

export const replies = (page: Page): Locator => page.locator('.message[data-role=assistant]')
export const isQuiet = (page: Page): Promise<void> =>
  page.locator('[aria-busy=false].conversation-list').waitFor()
export const isComplete = (page: Page): Promise<void> =>
  page.locator('.message[data-role=assistant][data-status=complete]').last().waitFor()

export async function say(page: Page, said: string): Promise<void> {
  await page.getByRole('textbox', { name: 'What do you do?' }).fill(said)
  await page.keyboard.press('Enter')
}

/** Says it, and waits for a reply with these words. */
export async function hear(page: Page, said: string, words: string): Promise<void> {
  await say(page, said)
  await replies(page).last().getByText(words).first().waitFor()
  await isQuiet(page)
}

export async function choose(page: Page, label: string, value: string): Promise<void> {
  const setup = page.locator('.setup')
  if ((await setup.getAttribute('open')) === null) await setup.locator('summary').click()
  await page.getByLabel(label, { exact: true }).selectOption(value)
}
