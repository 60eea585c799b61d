/** What a reply of Adventure's chat has beside its text: what is thought, and an object. */
import { describe, test } from 'vitest'
import { open } from '../support.js'
import { hear } from './conversation.js'

describe.concurrent('the parts of a reply', () => {
  test('shows what is thought, and what was looked up', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await hear(page, 'Begin the story', 'Mill yard')
    await page.getByText('Thoughts').click()
    await page.getByText('The player wants: start. Turn 0').waitFor()
    const link = page.getByRole('link', { name: 'Water wheel' })
    expect(await link.getAttribute('href')).toBe('https://en.wikipedia.org/wiki/Water_wheel')
  })

  test('writes the character sheet as it comes, and checks it', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await hear(page, 'go east', 'Flour dust')
    await hear(page, 'take matches', 'You take')
    const sheet = page.getByRole('region', { name: 'Character sheet' })
    await sheet.getByRole('button', { name: 'Write it' }).click()
    await sheet.getByText('Checked against its schema.').waitFor()
    expect((await sheet.locator('dd').allInnerTexts()).slice(0, 4)).toEqual([
      'Mill',
      'matches',
      '–',
      '2',
    ])
    expect(await page.locator('.message').count()).toBe(4)
  })
})
