/** The chat of Adventure and its tools. */
import { describe, test } from 'vitest'
import { open } from '../support.js'
import { choose, hear, isQuiet, replies, say } from './conversation.js'

describe.concurrent('the chat', () => {
  test('runs the tools of the page, and asks where that is not for it to say', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await choose(page, 'Protocol', 'anthropic')
    await hear(page, 'Begin the story', 'Mill yard')
    await hear(page, 'listen', 'it strikes')
    const hour = new Date().getHours() % 12 || 12
    expect(await replies(page).last().innerText()).toContain(`it strikes ${hour}.`)
    expect(await page.locator('.tool-call').innerText()).toContain(`local_time({}) → {"hour":`)

    await say(page, 'restart')
    await page.getByText('1 turn and 0 points would be lost').waitFor()
    expect(await page.getByRole('status').innerText()).toContain('waits for your answer')
    expect(await page.getByRole('button', { name: 'Write it' }).isDisabled()).toBe(true)
    await page.getByPlaceholder('Why not?').fill('I have only begun')
    await page.keyboard.press('Enter')
    await replies(page)
      .getByText('Then the story goes on where it was. (“I have only begun”)')
      .waitFor()
    await isQuiet(page)

    // The question is still there for who comes back.
    await say(page, 'restart')
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Allow' }).click()
    await replies(page).getByText('The morning begins again.').waitFor()
  })
})
