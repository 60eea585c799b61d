/** The playground's chat in each of the protocols that its server speaks. */
import { test } from 'vitest'
import { protocolNames } from '../../playground/src/pages/adventure/protocols.js'
import { choose, hear, replies, say } from './pages/conversation.js'
import { open, startPlayground } from './support.js'

startPlayground()

test('has a whole reply in each protocol, in turn', async (context) => {
  const { expect } = context
  const page = await open(context, '/')
  const asked: string[] = []
  page.on('request', (request) => {
    const [, format] = /\/api\/chat\/(\w+)\?/.exec(request.url()) ?? []
    if (format) asked.push(format)
  })
  await hear(page, 'go east', 'Flour dust')
  for (const [index, name] of protocolNames.entries()) {
    await choose(page, 'Protocol', name)
    await say(page, 'what do I have')
    const reply = replies(page).nth(index + 1)
    await reply.and(page.locator('[data-status=complete]')).waitFor()
    expect(await reply.innerText()).toMatch(/Your hands are empty\.\s+\(turn \d+ ·/)
  }
  expect(await page.locator('.error-card').count()).toBe(0)
  expect(asked.slice(1)).toEqual(protocolNames.map((name) => (name === 'auto' ? 'tutorial' : name)))
})
