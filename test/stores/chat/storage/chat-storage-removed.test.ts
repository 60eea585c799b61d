// storeChat: what is taken away in one tab, while another says something, or so much that a page forgets it.
import { afterEach, expect, test, vi } from 'vitest'
import { queueOf } from '../../../../src/stores/chat/chat-queue.js'
import { forgetChat } from '../../../../src/stores/chat/storage/forget-chat.js'
import { settle } from '../../../support/clock.js'
import { createTabs } from '../../storage/tabs-support.js'
import { texts, turn } from './chat-storage-support.js'

afterEach(() => vi.unstubAllGlobals())

test.each([false, true])(
  'clear() during a reply takes away what is shown, and not what another tab has said meanwhile (branches: %s)',
  async (hasBranches) => {
    const browser = createTabs()
    const { deliverAll, clock } = browser
    const [a, b] = [browser.openTab({ hasBranches }), browser.openTab({ hasBranches })]
    await turn(a, 'Before', 'Yes')
    await deliverAll()
    void a.chat.sendMessage('from a')
    const queued = queueOf(a.chat, clock).sendMessage('and then')
    await settle()
    await turn(b, 'from b', 'to b')
    await deliverAll()
    expect(texts(a)).toEqual(['Before', 'Yes', 'from a', ''])
    a.chat.clear()
    await expect(queued).rejects.toMatchObject({ code: 'aborted' })
    await deliverAll()
    for (const tab of [a, b]) expect(texts(tab)).toEqual(['from b', 'to b'])
    expect(a.chat.getSnapshot()).toMatchObject({ reply: undefined, status: 'ready' })
  },
)

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
