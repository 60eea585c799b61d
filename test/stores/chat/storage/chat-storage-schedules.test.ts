// What schedules of tabs with one conversation have found, each as the few steps that it takes.
import { afterEach, expect, test, vi } from 'vitest'
import { settle } from '../../../support/clock.js'
import { createTabs } from '../../storage/tabs-support.js'
import { forgetChat } from '../../../../src/stores/chat/storage/forget-chat.js'
import { texts, turn } from './chat-storage-support.js'

afterEach(() => vi.unstubAllGlobals())

test('what is forgotten stays away though a tab was saving it at that moment', async () => {
  const browser = createTabs({ isSlow: true })
  const { openTab, deliverAll, clock } = browser
  const [tab, sidebar] = [openTab(), openTab()]
  sidebar.stop()
  await turn(tab, 'Hello', 'Hi')
  await deliverAll()
  const forgotten = forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
  tab.chat.setMessages((all) => all.map((each) => ({ ...each, metadata: { liked: true } })))
  await forgotten
  await settle()
  await deliverAll()
  expect(texts(tab)).toEqual([])
  expect(browser.stored).not.toMatch(/Hello|Hi/)
  await turn(tab, 'Anew', 'Yes')
  await deliverAll()
  expect(texts(tab)).toEqual(['Anew', 'Yes'])
  await clock.advance(5_000)
  expect(clock.waiting).toBe(0)
})
