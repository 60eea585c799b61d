/** Where the reader of Adventure is: the keyboard, the buttons and the end of the conversation. */
import { describe, test } from 'vitest'
import { open, patience, phone, trickle } from '../support.js'
import { isComplete, say } from './conversation.js'

describe.concurrent('the place in Adventure', () => {
  test('keeps the keyboard where it is when a button has done its work', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const focused = () =>
      page.evaluate(() => {
        const { ariaLabel, innerText } = document.activeElement as HTMLElement
        return ariaLabel ?? innerText
      })
    const press = (name: string) => page.getByRole('button', { name }).first().press('Enter')
    await page.getByRole('button', { name: 'Begin the story' }).click()
    await isComplete(page)
    await press('Tell it again')
    expect(await focused()).toBe('Conversation')
    await press('Previous version')
    expect(await focused()).toBe('Previous version')
    await press('Edit')
    await page.keyboard.press('Escape')
    expect(await focused()).toBe('Edit')
    await press('Take it back')
    await page.getByText('While a reply comes').waitFor()
    expect(await focused()).toBe('Conversation')
  })

  test('keeps the room of the buttons that come when a reply is over', async (context) => {
    const { expect } = context
    const page = await open(context, '/', phone)
    const flow = await trickle(page)
    // On two lines, so that its buttons stand on a third.
    await say(page, 'Take everything and read the note on the table')
    await page.locator('.message[data-status=streaming]').waitFor()
    const heights = () =>
      page
        .locator('.message[data-role=user], .message:last-child .message-actions')
        .evaluateAll((all) => all.map((e) => e.getBoundingClientRect().height))
    expect(await page.getByRole('button', { name: 'Tell it again' }).count()).toBe(0)
    const early = await heights()
    await flow()
    await page.getByRole('button', { name: 'Tell it again' }).waitFor()
    expect(await heights()).toEqual(early)
  })

  test('scrolls along until the reader scrolls away', async (context) => {
    const { expect } = context
    const page = await open(context, '/', phone)
    const box = page.getByRole('region', { name: 'Conversation' })
    const distance = () =>
      box.evaluate((e) => Math.round(e.scrollHeight - e.clientHeight - e.scrollTop))
    for (const said of ['Begin the story', 'Go east', 'Take everything']) {
      await page.getByRole('button', { name: said }).click()
      await isComplete(page)
      await expect.poll(() => page.locator('[aria-busy=true]').count(), patience).toBe(0)
    }
    await expect.poll(distance, patience).toBeLessThan(2)
    const flow = await trickle(page)
    await page.getByRole('button', { name: 'Look around' }).click()
    await page.locator('.message[data-status=streaming]').waitFor()
    await box.evaluate((e) => e.scrollTo({ top: 0 }))
    await flow()
    await expect.poll(() => page.locator('[aria-busy=true]').count(), patience).toBe(0)
    expect(await box.evaluate((e) => e.scrollTop)).toBe(0)
    await page.getByRole('button', { name: 'To the end' }).click()
    await expect.poll(distance, patience).toBeLessThan(2)
  })
})
