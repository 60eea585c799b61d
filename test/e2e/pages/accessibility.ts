import type { Page } from 'playwright'
import { describe, test } from 'vitest'
import { open } from '../support.js'
import { violations, violationsOfColor } from './violations.js'

/** Brings each page into the state in which it shows the most. */
const scenes: Record<string, (page: Page) => Promise<unknown>> = {
  '/': async (page) => {
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await page.getByText('You stopped').or(page.locator('[data-status=streaming]')).waitFor()
    // Does nothing where the reply is whole already.
    await page.keyboard.press('Escape')
    await page.getByRole('textbox', { name: 'What do you do?' }).fill('restart')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    await page.locator('.setup summary').click()
    await page.getByLabel('Who tells the story').selectOption('openai')
    await page.getByText('Thoughts').last().click()
    await page.getByRole('button', { name: 'Messages' }).click()
  },
  '/studio': async (page) => {
    await page.getByRole('button', { name: 'A tune that must fail' }).click()
    await page.getByText('failed: The synthesizer broke a string').waitFor()
    await page.getByRole('button', { name: 'A calm night by the lake' }).click()
  },
  '/dashboard': (page) => page.getByText('Dashboard opened').first().waitFor(),
  '/formats': (page) => page.getByText('12 events').waitFor(),
  '/faults': async (page) => {
    await page.getByText('open: 200').waitFor()
    await page.getByRole('button', { name: 'Send a web page' }).click()
    await page.locator('.error-card').waitFor()
  },
  '/instances': (page) => page.getByText('REDIS_URL').waitFor(),
}

describe.concurrent('accessibility', () => {
  test.for(Object.entries(scenes))(
    '%s has no serious violation',
    async ([path, prepare], context) => {
      const { expect } = context
      const page = await open(context, path, { colorScheme: 'light' })
      await prepare(page)
      expect(await violations(page)).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await violationsOfColor(page)).toEqual([])
    },
  )
})
