// forgetChat: a saved conversation that is not shown is deleted, and no tab brings it back.
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { branchesOf } from '../../../../src/stores/chat/branches/chat-branches.js'
import { forgetChat } from '../../../../src/stores/chat/storage/forget-chat.js'
import { createTestClock, settle } from '../../../support/clock.js'
import { delta, outcome } from '../chat-support.js'
import { createTestStorage } from '../../storage/storage-support.js'
import { createTabs, type Tab } from '../../storage/tabs-support.js'
import { texts } from './chat-storage-support.js'

afterEach(() => vi.unstubAllGlobals())

const headers = { 'content-location': 'https://a.test/replies/7' }

async function begin(tab: Tab, text: string): Promise<(reply: string) => Promise<void>> {
  void tab.chat.sendMessage(text)
  await settle()
  const call = tab.calls.at(-1)!
  await call.open({ headers })
  return (reply) => call.send(delta(reply), '[DONE]')
}

async function turn(tab: Tab, text: string, reply: string): Promise<void> {
  const answer = await begin(tab, text)
  await answer(reply)
}

describe.each([false, true])('a conversation that is forgotten (slow storage: %s)', (isSlow) => {
  test('is gone from the storage, and from the tab that shows it', async () => {
    const browser = createTabs({ isSlow })
    const { openTab, deliverAll, clock } = browser
    const [sidebar, other] = [openTab(), openTab()]
    sidebar.stop()
    await turn(other, 'Hello', 'Hi')
    await deliverAll()
    await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
    expect(browser.stored).not.toMatch(/Hello|Hi/)
    await deliverAll()
    expect(texts(other)).toEqual([])
    await turn(other, 'Anew', 'Yes')
    await deliverAll()
    const reloaded = openTab()
    await deliverAll()
    expect(texts(reloaded)).toEqual(['Anew', 'Yes'])
    expect(browser.stored).not.toContain('Hello')
  })

  test('is gone with its branches', async () => {
    const browser = createTabs({ isSlow })
    const { openTab, deliverAll, clock } = browser
    const [sidebar, other] = [openTab(), openTab({ hasBranches: true })]
    sidebar.stop()
    await turn(other, 'Hello', 'Hi')
    void branchesOf(other.chat).regenerate()
    await settle()
    await other.calls.at(-1)!.send(delta('Good day'), '[DONE]')
    await deliverAll()
    expect(browser.stored).toMatch(/Hi.*Good day|Good day.*Hi/)
    await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
    await deliverAll()
    expect(branchesOf(other.chat).save().messages).toEqual([])
    expect(browser.stored).not.toMatch(/Hello|Hi|Good day/)
  })

  test('stays away though a tab slept meanwhile, and has something new to say', async () => {
    const browser = createTabs({ isSlow })
    const { openTab, deliverAll, oversleep, clock } = browser
    const [sidebar, sleeper] = [openTab(), openTab()]
    sidebar.stop()
    await turn(sleeper, 'Hello', 'Hi')
    await deliverAll()
    await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
    oversleep(sleeper)
    await turn(sleeper, 'Good morning', 'Yes')
    await deliverAll()
    expect(texts(sleeper)).toEqual(['Good morning', 'Yes'])
    expect(browser.stored).not.toContain('Hello')
  })

  test('stays away though its reply goes on in the background', async () => {
    const browser = createTabs({ isSlow })
    const { openTab, deliverAll, clock } = browser
    const tab = openTab()
    const answer = await begin(tab, 'Hello')
    tab.stop()
    await deliverAll()
    await forgetChat({ key: 'chat', storage: tab.storage }, clock)
    await answer('Hi')
    await deliverAll()
    expect(browser.stored).not.toMatch(/Hello|Hi/)
  })

  test('takes nothing with it that is said only then, though its page comes back just then', async () => {
    const browser = createTabs({ isSlow })
    const { openTab, deliverAll, clock } = browser
    const tab = openTab()
    await deliverAll()
    void tab.chat.sendMessage('Hello')
    tab.stop()
    tab.store()
    const forgotten = forgetChat({ key: 'chat', storage: tab.storage }, clock)
    tab.chat.stop()
    await turn(tab, 'Anew', 'Yes')
    await deliverAll()
    await forgotten
    expect(texts(tab).slice(-2)).toEqual(['Anew', 'Yes'])
    expect(browser.stored).toMatch(/Anew.*Yes/)
  })
})

test.each(['regenerate', 'editMessage'] as const)(
  'what %s asks for a reply to is whole, though it was forgotten just then',
  async (how) => {
    const { openTab, oversleep, clock } = createTabs()
    const [sidebar, tab] = [openTab(), openTab({ hasBranches: true })]
    sidebar.stop()
    await turn(tab, 'Hello', 'Hi')
    await turn(tab, 'And you?', 'Fine')
    oversleep(sidebar)
    await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
    oversleep(tab)
    const { regenerate, editMessage } = branchesOf(tab.chat)
    const asked = tab.chat.getSnapshot().messages[2]!
    void (how === 'regenerate' ? regenerate() : editMessage(asked.id, asked.content))
    await settle()
    const { messages } = tab.calls.at(-1)!.body as { messages: { content: string }[] }
    expect(messages.map(({ content }) => content)).toEqual(['Hello', 'Hi', 'And you?'])
  },
)

test('what a tab said before stays away, though another one had overwritten it just then', async () => {
  const { openTab, deliver, oversleep, deliverAll, clock } = createTabs()
  const [one, other, sidebar] = [openTab(), openTab(), openTab()]
  sidebar.stop()
  await turn(one, 'Hello', 'Hi')
  await turn(other, 'And me?', 'Good day')
  oversleep(sidebar)
  await clock.advance(1)
  await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
  await clock.advance(4_000)
  await deliver(one)
  await deliverAll()
  expect([texts(one), texts(other)]).toEqual([[], []])
})

test('stays away though a tab that has not heard of it saves it again', async () => {
  const { openTab, deliverAll, clock } = createTabs()
  const [tab, sidebar] = [openTab(), openTab()]
  sidebar.stop()
  tab.chat.setMessages([{ role: 'user', content: 'Hello' }])
  await deliverAll()
  await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
  await turn(tab, 'Anew', 'Yes')
  await deliverAll()
  expect(texts(tab)).toEqual(['Anew', 'Yes'])
})

test('what is put back after it was forgotten stays as it is saved', async () => {
  const { openTab, deliverAll, clock } = createTabs({ isTidy: true })
  const [tab, sidebar] = [openTab(), openTab()]
  sidebar.stop()
  await turn(tab, 'Hello', 'Hi')
  await deliverAll()
  await clock.advance(1)
  const { messages } = tab.chat.getSnapshot()
  await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
  await deliverAll()
  const setItem = vi.spyOn(sidebar.storage, 'setItem')
  tab.chat.setMessages(messages)
  await deliverAll()
  expect(texts(tab)).toEqual(['Hello', 'Hi'])
  expect(setItem).not.toHaveBeenCalled()
})

test('where nothing was saved, nothing is written', async () => {
  const storage = createTestStorage()
  await forgetChat({ key: 'chat', storage })
  expect(storage.values.size).toBe(0)
})

test('is forgotten also where a browser has no channels between tabs', async () => {
  vi.stubGlobal('BroadcastChannel', undefined)
  const storage = createTestStorage()
  storage.values.set('chat', '[{"role":"user","content":"Hello"}]')
  await forgetChat({ key: 'chat', storage }, createTestClock())
  expect(storage.values.get('chat')).not.toContain('Hello')
})

test('in Node, where there are no tabs, it keeps no process alive to listen to them', async () => {
  const clock = createTestClock()
  const close = vi.spyOn(BroadcastChannel.prototype, 'close')
  onTestFinished(() => close.mockRestore())
  await forgetChat({ key: 'chat', storage: createTestStorage() }, clock)
  await clock.advance(0)
  expect([close.mock.calls.length, clock.waiting]).toEqual([1, 0])
})

test('it is forgotten once, whatever tabs have taken away of it before', async () => {
  const browser = createTabs()
  const { openTab, deliverAll, clock } = browser
  const [sidebar, tab] = [openTab(), openTab()]
  sidebar.stop()
  await turn(tab, 'Hello', 'Hi')
  const { messages } = tab.chat.getSnapshot()
  tab.chat.setMessages([])
  tab.chat.setMessages(messages.slice(1))
  await deliverAll()
  await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
  await forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
  await deliverAll()
  expect(texts(tab)).toEqual([])
  expect(browser.stored).not.toMatch(/Hello|Hi/)
})

test('rejects where the storage refuses, and what a later version saved stays', async () => {
  const storage = createTestStorage()
  storage.values.set('chat', '[{"role":"user","content":"Hello"}]')
  storage.isFull = true
  expect(await outcome(forgetChat({ key: 'chat', storage }))).toMatchObject({ code: 'storage' })
  const later = '{"version":99,"messages":[]}'
  storage.values.set('chat', later)
  storage.isFull = false
  expect(await outcome(forgetChat({ key: 'chat', storage }))).toMatchObject({ code: 'storage' })
  expect(storage.values.get('chat')).toBe(later)
})

test('where the storage has refused, nothing is forgotten later either', async () => {
  const { openTab, deliverAll, clock } = createTabs()
  const [tab, sidebar] = [openTab(), openTab()]
  sidebar.stop()
  await turn(tab, 'Hello', 'Hi')
  await deliverAll()
  const setItem = vi.spyOn(sidebar.storage, 'setItem').mockImplementation(() => {
    throw new DOMException('Quota exceeded', 'QuotaExceededError')
  })
  const forgotten = forgetChat({ key: 'chat', storage: sidebar.storage }, clock)
  expect(await outcome(forgotten)).toMatchObject({ code: 'storage' })
  setItem.mockRestore()
  await turn(tab, 'More', 'Yes')
  await deliverAll()
  expect(texts(tab)).toEqual(['Hello', 'Hi', 'More', 'Yes'])
})
