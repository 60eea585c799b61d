// A message that tabs change in place: the last change counts, wherever it is made.
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ToolCallPart } from '../../../../src/protocols/message/message.js'
import { settle } from '../../../support/clock.js'
import { delta } from '../chat-support.js'
import { createTabs, type Tab } from '../../storage/tabs-support.js'
import { texts, turn } from './chat-storage-support.js'

afterEach(() => vi.unstubAllGlobals())

describe('of what tabs change in a message', () => {
  test('the last change counts', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    b.chat.setMessages((messages) =>
      messages.map((each) => ({ ...each, metadata: { liked: true } })),
    )
    await deliverAll()
    expect(a.chat.getSnapshot().messages.map(({ metadata }) => metadata)).toEqual([
      { liked: true },
      { liked: true },
    ])
  })

  test('also while this one shows another conversation: on return the last change counts', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    a.stop()
    b.chat.setMessages((messages) => messages.map((each) => ({ ...each, metadata: { liked: 1 } })))
    b.chat.removeMessage(b.chat.getSnapshot().messages[0]!.id)
    await deliverAll()
    a.store()
    await deliverAll()
    for (const { chat } of [a, b]) {
      expect(chat.getSnapshot().messages).toMatchObject([{ content: 'Hi', metadata: { liked: 1 } }])
    }
  })

  test('also after two that this one has not heard of', async () => {
    const { openTab, deliverAll, oversleep } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    const rate = ({ chat }: Tab, rating: number): void =>
      chat.setMessages((messages) => messages.map((each) => ({ ...each, metadata: { rating } })))
    rate(a, 1)
    rate(a, 2)
    oversleep(b)
    rate(b, 3)
    await deliverAll()
    for (const { chat } of [a, b]) {
      const ratings = chat.getSnapshot().messages.map(({ metadata }) => metadata?.rating)
      expect(ratings).toEqual([3, 3])
    }
  })

  test('also after one that was taken back', async () => {
    const { openTab, deliverAll, oversleep, clock } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    const { messages } = a.chat.getSnapshot()
    a.chat.setMessages(messages.map((each) => ({ ...each, metadata: { rating: 1 } })))
    a.chat.setMessages(messages.map((each) => ({ ...each })))
    oversleep(b)
    clock.page('pageshow')
    b.chat.setMessages(messages.map((each) => ({ ...each, metadata: { rating: 2 } })))
    await deliverAll()
    for (const { chat } of [a, b]) {
      const ratings = chat.getSnapshot().messages.map(({ metadata }) => metadata?.rating)
      expect(ratings).toEqual([2, 2])
    }
  })

  test('nothing counts as changed that is only new, though another tab has said something at the same time', async () => {
    const browser = createTabs()
    const { openTab, deliverAll, oversleep } = browser
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    await turn(a, 'More', 'Yes')
    oversleep(b)
    await turn(b, 'Elsewhere', 'No')
    await deliverAll()
    expect(texts(b)).toEqual(['Hello', 'Hi', 'More', 'Yes', 'Elsewhere', 'No'])
    expect(browser.stored).not.toContain('"changes"')
  })

  test('also the last of two, while it receives a reply itself', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    const promise = a.chat.sendMessage('More')
    await settle()
    for (const rating of [1, 2]) {
      b.chat.setMessages((messages) => messages.map((each) => ({ ...each, metadata: { rating } })))
      await deliverAll()
    }
    await a.calls[1]!.send(delta('So'), '[DONE]')
    await promise
    await deliverAll()
    for (const { chat } of [a, b]) {
      const ratings = chat.getSnapshot().messages.map(({ metadata }) => metadata?.rating)
      expect(ratings.slice(0, 2)).toEqual([2, 2])
    }
  })

  test('also one that is made here after two elsewhere, while this one receives a reply', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    const rate = ({ chat }: Tab, rating: number): void =>
      chat.setMessages(([first, ...others]) => [{ ...first!, metadata: { rating } }, ...others])
    const promise = a.chat.sendMessage('More')
    await settle()
    rate(b, 1)
    rate(b, 2)
    await deliverAll()
    rate(a, 3)
    await a.calls[1]!.send(delta('So'), '[DONE]')
    await promise
    await deliverAll()
    for (const { chat } of [a, b]) {
      expect(chat.getSnapshot().messages[0]!.metadata).toEqual({ rating: 3 })
    }
  })

  test('of two answers to a call the first one counts, though the other is given during a reply', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    const called = { type: 'tool-call', id: 'c', name: 'f', args: {}, argsText: '{}' } as const
    a.chat.setMessages([
      { role: 'user', content: 'Do it' },
      { role: 'assistant', content: '', parts: [{ ...called, state: 'approval' }] },
    ])
    await deliverAll()
    const answer = ({ chat }: Tab, changed: Partial<ToolCallPart>): void =>
      chat.setMessages((all) =>
        all.map((each) =>
          each.content || each.role === 'user'
            ? each
            : { ...each, parts: [{ ...called, state: 'done', ...changed }] },
        ),
      )
    const promise = a.chat.sendMessage('More')
    await settle()
    answer(b, { result: 1 })
    await deliverAll()
    answer(a, { state: 'error', error: 'declined' })
    await a.calls[0]!.send(delta('So'), '[DONE]')
    await promise
    await deliverAll()
    for (const { chat } of [a, b]) {
      expect(chat.getSnapshot().messages[1]).toMatchObject({ parts: [{ result: 1 }] })
    }
  })
})
