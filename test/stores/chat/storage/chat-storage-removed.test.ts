// storeChat: more messages are taken away than a page remembers of what earlier ones took away.
import { afterEach, expect, test, vi } from 'vitest'
import { forgetChat } from '../../../../src/stores/chat/storage/forget-chat.js'
import { createTabs } from '../../storage/tabs-support.js'
import { texts } from './chat-storage-support.js'

afterEach(() => vi.unstubAllGlobals())

async function openTabs() {
  const browser = createTabs()
  const [one, other] = [browser.openTab(), browser.openTab()]
  one.chat.setMessages(
    Array.from({ length: 1_500 }, (_, index) => ({ role: 'user' as const, content: `${index}` })),
  )
  await browser.deliverAll()
  expect(texts(other)).toHaveLength(1_500)
  return { ...browser, one, other, stored: () => JSON.parse(browser.stored!) as object }
}

test('none of them comes back from another tab, and the tabs agree', async () => {
  const { one, other, deliverAll, stored } = await openTabs()
  one.chat.clear()
  await deliverAll()
  expect([texts(one), texts(other)]).toEqual([[], []])
  expect(stored()).toMatchObject({ messages: [] })
})

test('nor where the conversation is forgotten', async () => {
  const { one, other, openTab, deliverAll, clock, stored } = await openTabs()
  const sidebar = openTab()
  sidebar.stop()
  await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
  await deliverAll()
  expect([texts(one), texts(other)]).toEqual([[], []])
  expect(stored()).toMatchObject({ messages: [] })
})

test('a page that is loaded later forgets the oldest ones', async () => {
  const { one, other, openTab, deliverAll, stored } = await openTabs()
  one.chat.clear()
  await deliverAll()
  for (const tab of [one, other]) await tab.kill()
  const { chat } = openTab()
  chat.setMessages([{ role: 'user', content: 'Anew' }])
  const { presence } = stored() as { presence: unknown[] }
  expect(presence).toHaveLength(1_000)
})
