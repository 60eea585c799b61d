// What schedules of tabs with one conversation have found, each as the few steps that it takes.
import { afterEach, expect, test, vi } from 'vitest'
import { settle } from '../../../support/clock.js'
import { delta } from '../chat-support.js'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import { createTabs, type Tab } from '../../storage/tabs-support.js'
import { forgetChat } from '../../../../src/stores/chat/storage/forget-chat.js'
import { createChatTools } from '../../../../src/stores/chat/tools/chat-tools.js'
import { tool } from '../../../../src/stores/chat/tools/tool.js'
import { headers, texts, turn } from './chat-storage-support.js'

afterEach(() => vi.unstubAllGlobals())

async function begin({ chat, calls }: Tab, text: string): Promise<(typeof calls)[number]> {
  void chat.sendMessage(text)
  await settle()
  return calls.at(-1)!
}

test('a tab that is told twice saves nothing of what another one receives: for others it stays under way', async () => {
  const browser = createTabs()
  const { openTab, deliverAll, clock } = browser
  const [a, b] = [openTab(), openTab()]
  const call = await begin(a, 'Hello')
  await call.open({ headers })
  await call.send(delta('So far'))
  clock.nextFrame()
  await deliverAll()
  const { stored } = browser
  clock.page('visibilitychange')
  await deliverAll()
  expect(b.chat.getSnapshot().messages.at(-1)!.status).toBe('interrupted')
  expect(browser.stored).toBe(stored)
  // Said here, it is saved with what goes on there.
  void b.chat.sendMessage('Meanwhile')
  expect(browser.stored).toMatch(/So far.*"streaming".*Meanwhile/)
})

test('what one tab has changed is there though another one saved it as it was, having heard of nothing', async () => {
  const { openTab, deliverAll } = createTabs()
  const [a, b] = [openTab(), openTab()]
  await turn(a, 'Hello', 'Hi')
  await deliverAll()
  const change = ({ chat }: Tab, metadata: ChatMessage['metadata']): void =>
    chat.setMessages((all) => all.map((each) => ({ ...each, metadata })))
  change(a, { liked: true })
  await turn(b, 'Elsewhere', 'Yes')
  await deliverAll()
  for (const { chat } of [a, b]) {
    const liked = chat.getSnapshot().messages.map(({ metadata }) => metadata?.liked)
    expect(liked).toEqual([true, true, undefined, undefined])
  }
  // Nor is it there again where the other one has heard of it and takes it back.
  change(b, undefined)
  await deliverAll()
  for (const { chat } of [a, b]) {
    const liked = chat.getSnapshot().messages.map(({ metadata }) => metadata?.liked)
    expect(liked).toEqual([undefined, undefined, undefined, undefined])
  }
})

test('why a reply failed stays known though a tab that showed it was told of the failure late', async () => {
  const { openTab, deliver, deliverAll, clock } = createTabs()
  const [a, b] = [openTab(), openTab()]
  const call = await begin(a, 'Hello')
  await deliver(b)
  await call.cut()
  clock.page('visibilitychange')
  await deliverAll()
  for (const { chat } of [a, b]) {
    expect(chat.getSnapshot().messages.at(-1)).toMatchObject({
      status: 'interrupted',
      error: { code: 'network' },
    })
  }
})

test('a reply whose tab is gone while this one receives its own is taken over after that', async () => {
  const { openTab, deliverAll, clock } = createTabs()
  const [a, b] = [openTab(), openTab()]
  const own = await begin(a, 'from a')
  await own.open()
  await deliverAll()
  const other = await begin(b, 'from b')
  await other.open({ headers })
  await other.send(delta('So '))
  clock.nextFrame()
  await deliverAll()
  await b.kill()
  await own.send(delta('to a'), '[DONE]')
  await deliverAll()
  await clock.advance(1_000)
  expect(a.calls.at(-1)).toMatchObject({ method: 'GET', url: headers['content-location'] })
  await a.calls.at(-1)!.open({ headers })
  await a.calls.at(-1)!.send(delta('So far'), '[DONE]')
  await deliverAll()
  expect(texts(a)).toEqual(['from a', 'to a', 'from b', 'So far'])
})

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

test('a tool that was called after its reply was cut runs in the tab that went on with it, and not where it was cut as well', async () => {
  const { openTab, deliverAll, clock } = createTabs()
  const runs: string[] = []
  function withTool(tab: Tab, name: string): Tab {
    const tools = { look: tool({ execute: () => runs.push(name) }) }
    createChatTools(tab.chat, tools, {}, clock).retain()
    return tab
  }
  const a = withTool(openTab(), 'a')
  const call = await begin(a, 'Hello')
  await call.open({ headers })
  await call.cut()
  await settle()
  for (const retried of a.calls.slice(1)) await retried.cut()
  await deliverAll()
  expect(a.chat.getSnapshot().messages.at(-1)).toMatchObject({
    status: 'interrupted',
    error: { code: 'network' },
  })
  const b = withTool(openTab(), 'b')
  await settle()
  await b.calls[0]!.open({ headers })
  const toolCall = { index: 0, id: 'call-1', function: { name: 'look', arguments: '{}' } }
  await b.calls[0]!.send(
    { choices: [{ delta: { tool_calls: [toolCall] } }] },
    { choices: [{ finish_reason: 'tool_calls' }] },
    '[DONE]',
  )
  await deliverAll()
  expect(runs).toEqual(['b'])
})

test('what a listener makes of messages as soon as they are shown, from another tab or from before, is saved as well', async () => {
  const { openTab, deliverAll } = createTabs()
  const [a, b] = [openTab(), openTab()]
  const ratings = ({ chat }: Tab): unknown[] =>
    chat.getSnapshot().messages.map(({ metadata }) => metadata?.rating)
  const rate = (tab: Tab, rating: number): (() => void) =>
    tab.chat.subscribe(() => {
      if (ratings(tab).every((each) => each === rating)) return
      tab.chat.setMessages((all) => all.map((each) => ({ ...each, metadata: { rating } })))
    })
  const leave = rate(b, 1)
  await turn(a, 'Hello', 'Hi')
  await deliverAll()
  expect([ratings(a), ratings(b)]).toEqual([
    [1, 1],
    [1, 1],
  ])
  leave()
  b.stop()
  await turn(a, 'More', 'Yes')
  await deliverAll()
  rate(b, 2)
  b.store()
  await deliverAll()
  expect([ratings(a), ratings(b)]).toEqual([
    [2, 2, 2, 2],
    [2, 2, 2, 2],
  ])
})

test('so is it where what other tabs lack is saved just then', async () => {
  const { openTab, deliverAll } = createTabs()
  const [a, b] = [openTab(), openTab()]
  await turn(a, 'Hello', 'Hi')
  await turn(b, 'Elsewhere', 'Yes')
  await b.kill()
  a.chat.subscribe(() => {
    const { messages } = a.chat.getSnapshot()
    if (messages.every(({ metadata }) => metadata)) return
    a.chat.setMessages(messages.map((each) => ({ ...each, metadata: { rated: true } })))
  })
  await deliverAll()
  const shown = openTab().chat.getSnapshot().messages
  expect(shown.map(({ metadata }) => metadata?.rated)).toEqual([true, true, true, true])
})

test('a change is there, though another tab has taken over what followed the message before', async () => {
  const { openTab, deliverAll, deliverEach } = createTabs()
  const [a, b] = [openTab(), openTab()]
  const call = await begin(a, 'Hello')
  await deliverAll()
  await call.send(delta('Hi'), '[DONE]')
  await deliverEach(b)
  a.chat.setMessages((all) => all.map((each) => ({ ...each, metadata: { liked: true } })))
  await deliverAll()
  for (const { chat } of [a, b]) {
    const liked = chat.getSnapshot().messages.map(({ metadata }) => metadata?.liked)
    expect(liked).toEqual([true, true])
  }
})
