/** The games of Adventure: what can be done with a conversation, and with several. */
import { describe, test } from 'vitest'
import type { TestContext } from 'vitest'
import { open, trickle } from '../support.js'
import { hear, isQuiet, replies, say } from './conversation.js'

/** A game in the middle of its first reply, which trickles until it is told to flow. */
async function openMidReply(context: TestContext) {
  const page = await open(context, '/')
  const flow = await trickle(page)
  await say(page, 'Begin the story')
  await page.locator('.message[data-status=streaming]').waitFor()
  return { page, flow }
}

describe.concurrent('the games', () => {
  test('lets a message wait, be taken away, be said otherwise, and keeps it all', async (context) => {
    const { expect } = context
    const { page, flow } = await openMidReply(context)
    for (const said of ['go east', 'go west']) await say(page, said)
    await page.getByRole('button', { name: 'Do not say “go west”' }).click()
    await flow()
    await replies(page).getByText('Flour dust').waitFor()
    await isQuiet(page)
    expect(await page.locator('.message').count()).toBe(4)

    const asked = page.locator('.message[data-role=user]').last()
    await asked.hover()
    await asked.getByRole('button', { name: 'Edit' }).click()
    await page.getByRole('textbox', { name: 'Edit' }).fill('go west')
    await page.keyboard.press('Enter')
    await replies(page).getByText('Beans, bees').waitFor()
    await isQuiet(page)
    await page.reload()
    await replies(page).getByText('Beans, bees').waitFor()
    expect(await asked.getByText('2/2').count()).toBe(1)
    await asked.getByRole('button', { name: 'Previous version' }).click()
    await replies(page).getByText('Flour dust').waitFor()
    expect(await replies(page).getByText('Beans, bees').count()).toBe(0)
  })

  test('interrupts a reply, and takes back what was said', async (context) => {
    const { expect } = context
    const { page, flow } = await openMidReply(context)
    await say(page, 'go east')
    await page.getByRole('button', { name: 'Interrupt, and say “go east” now' }).click()
    await page.locator('.message[data-status=stopped]').waitFor()
    await flow()
    await replies(page).getByText('Flour dust').waitFor()
    await isQuiet(page)
    await hear(page, 'go up', 'Sacks, cobwebs')

    const asked = page.locator('.message[data-role=user]')
    await asked.nth(1).hover()
    await asked.nth(1).getByRole('button', { name: 'Take it back' }).click()
    expect(await asked.allInnerTexts()).toEqual([
      expect.stringContaining('Begin the story'),
      expect.stringContaining('go up'),
    ])
    expect(await replies(page).count()).toBe(2)
    await hear(page, 'look', 'Mill yard')
  })

  test('fetches the rest of a reply when it is asked to', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await page.route('**/api/chat/replies/*', (route) => route.fulfill({ status: 404, body: '{}' }))
    const flow = await trickle(page)
    await say(page, 'Begin the story')
    await replies(page).getByText('remembers').waitFor()
    await page.getByRole('button', { name: 'Cut the wire' }).click()
    await replies(page).getByText('The connection was lost before').waitFor()
    await flow()
    await page.unroute('**/api/chat/replies/*')
    await page.getByRole('button', { name: 'Fetch the rest' }).click()
    await replies(page).getByText('(turn 0 ·').waitFor()
    expect(await replies(page).getByText('remembers').count()).toBe(1)
    expect(await page.locator('.error-card').count()).toBe(0)
  })

  test('goes on with a game that is not shown, and forgets one', async (context) => {
    const { expect } = context
    const { page, flow } = await openMidReply(context)
    await say(page, 'go east')
    await page.getByRole('button', { name: 'New game' }).click()
    expect(await page.locator('.message').count()).toBe(0)
    const options = page.getByLabel('Games').locator('option')
    expect(await options.allInnerTexts()).toEqual(['Game 1 …', 'Game 2'])
    await flow()
    await hear(page, 'go west', 'Beans, bees')
    await page.getByLabel('Games').selectOption('1')
    await replies(page).getByText('Flour dust').waitFor()
    await isQuiet(page)
    expect(await replies(page).count()).toBe(2)
    expect(await replies(page).getByText('Beans, bees').count()).toBe(0)
    await page.locator('.setup summary').click()
    await page.getByRole('button', { name: 'Forget this game' }).click()
    await page.getByRole('button', { name: 'Forget it for good?' }).click()
    await replies(page).getByText('Beans, bees').waitFor()
    expect(await page.getByLabel('Games').count()).toBe(0)
  })

  test('has the same games in a second tab, which begins one of its own', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await hear(page, 'look', '(turn 0 ·')
    const second = await page.context().newPage()
    await second.goto(page.url())
    await page.getByRole('button', { name: 'New game' }).click()
    await hear(page, 'go east', 'Flour dust')
    expect(await second.getByLabel('Games').locator('option').count()).toBe(2)
    await second.getByRole('button', { name: 'New game' }).click()
    expect(await second.locator('.message').count()).toBe(0)
    await hear(second, 'go west', 'Beans, bees')
    expect(await page.getByText('Beans, bees').count()).toBe(0)
    expect(await page.getByLabel('Games').locator('option').count()).toBe(3)
  })
})
