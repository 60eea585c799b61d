// Several tabs with one conversation: nothing is lost, nothing doubled, and a reply is received once.
import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { settle } from '../../../support/clock.js'
import { delta } from '../chat-support.js'
import { createTabs, settleStorage, type Tab } from '../../storage/tabs-support.js'
import { texts, turn } from './chat-storage-support.js'

afterEach(() => vi.unstubAllGlobals())

describe('what one tab says, the other shows', () => {
  test('what came during a reply is taken over once: later changes stay', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    void b.chat.sendMessage('Meanwhile')
    await settle()
    await b.calls[0]!.open()
    await turn(a, 'And you?', 'Fine')
    await deliverAll()
    await b.calls[0]!.send(delta('Yes'), '[DONE]')
    await deliverAll()
    const metadata = { liked: true }
    const like = (index: number): void =>
      b.chat.setMessages((all) =>
        all.map((each, at) => (at === index ? { ...each, metadata } : each)),
      )
    like(0)
    like(1)
    expect(b.chat.getSnapshot().messages.slice(0, 2)).toMatchObject([{ metadata }, { metadata }])
  })

  test('when it is idle', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    expect(texts(b)).toEqual(['Hello', 'Hi'])
    const before = b.chat.getSnapshot().messages
    await turn(a, 'And you?', 'Fine')
    await deliverAll()
    expect(texts(b)).toEqual(['Hello', 'Hi', 'And you?', 'Fine'])
    expect(b.chat.getSnapshot().messages.slice(0, 2)).toEqual(before)
    expect(b.chat.getSnapshot().messages[0]).toBe(before[0])
    expect(b.calls).toHaveLength(0)
  })

  test('when its own reply is over: both turns are there, whole and in the same order', async () => {
    const { openTab, deliverAll, clock } = createTabs()
    const [a, b] = [openTab(), openTab()]
    const first = a.chat.sendMessage('from a')
    await clock.advance(5)
    const second = b.chat.sendMessage('from b')
    await settle()
    await a.calls[0]!.open()
    await b.calls[0]!.open()
    await a.calls[0]!.send(delta('to a'), '[DONE]')
    await first
    await deliverAll()
    expect(texts(b)).toEqual(['from b', ''])
    expect(b.calls[0]!.body).toEqual({ messages: [{ role: 'user', content: 'from b' }] })
    await b.calls[0]!.send(delta('to b'), '[DONE]')
    await second
    await deliverAll()
    expect(texts(a)).toHaveLength(4)
    expect(texts(a)).toEqual(texts(b))
    const joined = texts(a).join(', ')
    expect(joined).toContain('from a, to a')
    expect(joined).toContain('from b, to b')
    const ids = a.chat.getSnapshot().messages.map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })

  test('also where its page was left and come back to during that', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    void a.chat.sendMessage('Hello')
    await settle()
    await deliverAll()
    a.stop()
    await turn(b, 'And you?', 'Fine')
    await deliverAll()
    a.store()
    expect(texts(a)).toEqual(['Hello', ''])
    await a.calls[0]!.send(delta('Hi'), '[DONE]')
    expect(texts(a)).toEqual(['Hello', 'Hi', 'And you?', 'Fine'])
  })

  test('two that send in the same millisecond: both turns are there', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    await Promise.all([turn(a, 'from a', 'to a'), turn(b, 'from b', 'to b')])
    await deliverAll()
    expect(texts(a)).toEqual(texts(b))
    expect(texts(a).toSorted()).toEqual(['Hello', 'Hi', 'from a', 'from b', 'to a', 'to b'])
    const ids = a.chat.getSnapshot().messages.map(({ id }) => id)
    expect(new Set(ids).size).toBe(6)
  })

  test.each(['pageshow', 'visibilitychange'] as const)(
    'when it slept, at its %s, and saves again what was overwritten',
    async (change) => {
      const { openTab, deliverAll, oversleep, clock } = createTabs()
      const [a, b] = [openTab(), openTab()]
      await Promise.all([turn(b, 'from b', 'to b'), turn(a, 'from a', 'to a')])
      oversleep(a)
      oversleep(b)
      await deliverAll()
      expect(texts(a)).not.toEqual(texts(b))
      clock.page(change)
      await deliverAll()
      expect(texts(a)).toEqual(texts(b))
      expect(texts(a).toSorted()).toEqual(['from a', 'from b', 'to a', 'to b'])
    },
  )

  test('where the storage gives JSON back in its own layout, without correcting each other', async () => {
    const { openTab, deliverAll } = createTabs({ isTidy: true })
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'from a', 'to a')
    await deliverAll()
    await turn(b, 'from b', 'to b')
    await deliverAll()
    expect(texts(a)).toEqual(['from a', 'to a', 'from b', 'to b'])
    expect(texts(b)).toEqual(texts(a))
  })

  test('what was removed in one is gone in the other', async () => {
    const { openTab, deliverAll } = createTabs()
    const [a, b] = [openTab(), openTab()]
    await turn(a, 'Hello', 'Hi')
    await deliverAll()
    b.chat.removeMessage(b.chat.getSnapshot().messages[0]!.id)
    await deliverAll()
    expect(texts(a)).toEqual(['Hi'])
    b.chat.clear()
    await deliverAll()
    expect(texts(a)).toEqual([])
  })
})

type Action = { tab: number } & (
  | { do: 'send' | 'delta' | 'end' | 'deliver' | 'oversleep' | 'reload' }
  | { do: 'remove'; which: number }
  | { do: 'wait'; time: number }
)

const action: fc.Arbitrary<Action> = fc.record({ tab: fc.nat(1) }).chain(({ tab }) =>
  fc.oneof(
    ...(
      ['send', 'delta', 'end', 'deliver', 'send', 'end', 'deliver', 'oversleep', 'reload'] as const
    ).map((each) => fc.constant<Action>({ tab, do: each })),
    fc.nat(20).map<Action>((which) => ({ tab, do: 'remove', which })),
    fc.nat(1_500).map<Action>((time) => ({ tab, do: 'wait', time })),
  ),
)

test.each([false, true])(
  'whatever two tabs do, in any order: both end up with the same, nothing is lost or doubled (slow storage: %s)',
  async (isSlow) => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const browser = createTabs({ isSlow })
        const { clock, openTab, deliver, deliverEach, oversleep, deliverAll } = browser
        const tabs = [openTab(), openTab()]
        /** What was said, and has not been removed. */
        const expected = new Set<string>()
        const replies = new Map<Tab, string>()
        let count = 0

        async function wake(): Promise<void> {
          clock.page('pageshow')
          await settleStorage()
        }

        async function end(tab: Tab): Promise<void> {
          const text = replies.get(tab)
          if (text === undefined) return
          replies.delete(tab)
          await tab.calls.at(-1)!.send('[DONE]')
          if (text) expected.add(text)
        }

        async function act({ tab: index, ...what }: Action): Promise<void> {
          const tab = tabs[index]!
          if (what.do === 'send' && !replies.has(tab)) {
            count += 1
            expected.add(`user ${count}`)
            replies.set(tab, '')
            void tab.chat.sendMessage(`user ${count}`)
            await settle()
            await tab.calls.at(-1)!.open()
          } else if (what.do === 'delta' && replies.has(tab)) {
            count += 1
            replies.set(tab, `${replies.get(tab)}(${count})`)
            await tab.calls.at(-1)!.send(delta(`(${count})`))
            clock.nextFrame()
          } else if (what.do === 'end') await end(tab)
          else if (what.do === 'deliver') await deliver(tab)
          else if (what.do === 'oversleep') oversleep(tab)
          else if (what.do === 'wait') await clock.advance(what.time)
          else if (what.do === 'remove' && !replies.has(tab)) {
            const { messages } = tab.chat.getSnapshot()
            // Only what is whole: a reply of the other tab that streams comes back as it grows.
            const message = messages[what.which % (messages.length || 1)]
            if (message?.status !== 'complete') return
            tab.chat.removeMessage(message.id)
            expected.delete(message.content)
          } else if (what.do === 'reload' && !replies.has(tab)) {
            // A tab hears of what overwrote it: only a death within those milliseconds loses a word.
            await wake()
            await deliverEach(tab)
            tab.stop()
            await settleStorage()
            tabs[index] = openTab()
          }
        }

        for (const each of actions) await act(each)
        for (const tab of tabs) await end(tab)
        await wake()
        await deliverAll()

        const [one, other] = tabs.map((tab) => tab.chat.getSnapshot().messages)
        expect(one!.map(({ id, content }) => [id, content])).toEqual(
          other!.map(({ id, content }) => [id, content]),
        )
        const shown = one!.map(({ content }) => content).filter((content) => content !== '')
        expect(shown.toSorted()).toEqual([...expected].sort())
        expect(new Set(one!.map(({ id }) => id)).size).toBe(one!.length)
        const stored = JSON.parse(browser.stored ?? '{"messages":[]}') as {
          messages: { id: string }[]
        }
        expect(stored.messages.map(({ id }) => id)).toEqual(one!.map(({ id }) => id))
        for (const tab of tabs) expect(tab.errors).toEqual([])
        for (const tab of tabs) tab.stop()
      }),
      { numRuns: 150 },
    )
  },
  60_000,
)
