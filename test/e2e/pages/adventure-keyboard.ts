import type { Page } from 'playwright'
import { describe, test } from 'vitest'
import { open, trickle } from '../support.js'
import { isComplete } from './conversation.js'

const sayField = (page: Page) => page.getByRole('textbox', { name: 'What do you do?' })

describe.concurrent('the keyboard in Adventure', () => {
  test('is played from the keyboard alone', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    for (let press = 0; press < 30; press++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate(() => document.activeElement?.tagName === 'TEXTAREA')) break
    }
    await page.keyboard.type('look')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('around')
    expect(await sayField(page).inputValue()).toBe('look\naround')
    const flow = await trickle(page)
    await page.keyboard.press('Enter')
    const streaming = page.locator('.message[data-status=streaming]')
    await streaming.waitFor()
    // Of the input method, which takes back what it composes.
    await sayField(page).dispatchEvent('keydown', {
      key: 'Escape',
      bubbles: true,
      isComposing: true,
    })
    expect(await streaming.count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.getByText('You stopped the reply here.').waitFor()
    await flow()
    await page.keyboard.type('help')
    await page.keyboard.press('Enter')
    await isComplete(page)
    expect(await page.locator('.message').count()).toBe(4)
    expect(await sayField(page).evaluate((field) => field === document.activeElement)).toBe(true)
  })

  test('leaves Enter to the input method while it composes', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await sayField(page).fill('ni hao')
    for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
      await sayField(page).dispatchEvent('keydown', { key: 'Enter', bubbles: true, ...init })
    }
    expect(await page.locator('.message').count()).toBe(0)
    expect(await sayField(page).inputValue()).toBe('ni hao')
  })
})
