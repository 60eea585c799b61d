// What a tab knows of the conversation that it stores, and does not take for somebody's change.
import { expect, test, vi } from 'vitest'
import { branchesOf } from '../../../../src/stores/chat/branches/chat-branches.js'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import { settle } from '../../../support/clock.js'
import { delta, startChat } from '../chat-support.js'
import {
  createStorage,
  hadTurn,
  openPage,
  savedTexts,
  storage,
  storeInOneTab,
  texts,
} from './chat-storage-support.js'

storeInOneTab()

test('what the conversation began with stays when another tab has saved more', async () => {
  const page = openPage({ initialMessages: [{ role: 'assistant', content: 'Welcome' }] })
  await hadTurn(page)
  const more = '{"id":"x","role":"user","content":"More"}]'
  storage.values.set('chat', storage.values.get('chat')!.replace(/\]\}$/, `,${more}}`))
  page.clock.page('pageshow')
  expect(texts(page)).toEqual(['Welcome', 'Hello', 'Hi', 'More'])
})

test('where two components store the same chat, and one leaves, the other one saves it', async () => {
  const page = openPage()
  const stop = storeChat(page.chat, { key: 'chat', storage }, page.clock)
  await hadTurn(page)
  stop()
  await hadTurn(page, 'And you?', 'Fine')
  expect(savedTexts()).toEqual(['Hello', 'Hi', 'And you?', 'Fine'])
})

test('what a slow storage still saves of a chat that was left and come back to is all of it', async () => {
  createStorage({ isSlow: true })
  const page = openPage({ id: 'a' })
  await settle()
  page.chat.setMessages([{ role: 'user', content: 'One' }])
  page.stop()
  storeChat(page.chat, { key: 'chat', storage }, page.clock)
  page.chat.setMessages((all) => [...all, { role: 'user', content: 'Two' }])
  await page.clock.advance(1_000)
  expect(savedTexts()).toEqual(['One', 'Two'])
  expect(page.errors).toEqual([])
})

test('nobody is told of news that are none here', async () => {
  const page = openPage()
  await hadTurn(page)
  const listener = vi.fn<() => void>()
  page.chat.subscribe(listener)
  storage.values.set('chat', storage.values.get('chat')!.replace('{', '{ '))
  page.clock.page('pageshow')
  expect(listener).not.toHaveBeenCalled()
})

test('how often a message was changed stays known when its chat gets branches', async () => {
  const before = openPage()
  const branches = branchesOf(before.chat)
  await hadTurn(before)
  void branches.regenerate()
  await (await before.nextCall()).send(delta('Good day'), '[DONE]')
  before.stop()
  const page = openPage()
  page.clock.random = () => 0.5
  page.chat.setMessages((all) => all.map((each) => ({ ...each, metadata: { liked: true } })))
  const { changes } = JSON.parse(storage.values.get('chat')!) as { changes?: unknown }
  expect(changes).toHaveLength(2)
  branchesOf(page.chat)
  await settle()
  page.chat.setMessages((all) => [...all, { role: 'user', content: 'More' }])
  expect(JSON.parse(storage.values.get('chat')!)).toMatchObject({ changes })
})

test('what the conversation begins with is no change of a chat that has branches either', () => {
  const { chat, clock } = startChat({
    initialMessages: [{ role: 'assistant', content: 'Welcome' }],
  })
  branchesOf(chat)
  for (let times = 0; times < 2; times += 1) storeChat(chat, { key: 'chat', storage }, clock)()
  expect(storage.writes).toBe(0)
})
