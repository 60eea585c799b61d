// Branches that several tabs share: they add to one tree, and each shows its own.
import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { branchesOf } from '../../../../src/stores/chat/branches/chat-branches.js'
import { settle } from '../../../support/clock.js'
import { delta } from '../chat-support.js'
import { createTabs, settleStorage, type Tab } from '../../storage/tabs-support.js'
import { headers, texts } from '../storage/chat-storage-support.js'
import { paths } from './branches-support.js'

afterEach(() => vi.unstubAllGlobals())

describe('in several tabs', () => {
  async function turn(tab: Tab, ask: () => Promise<unknown>, answer: string): Promise<void> {
    const promise = ask()
    await settle()
    await tab.calls.at(-1)!.send(delta(answer), '[DONE]')
    await promise
  }

  async function twoTabs() {
    const tabs = createTabs()
    const [a, b] = [tabs.openTab({ hasBranches: true }), tabs.openTab({ hasBranches: true })]
    await turn(a, () => a.chat.sendMessage('One'), 'First')
    await tabs.deliverAll()
    return { ...tabs, a, b }
  }

  test('what one adds, the other has, and each shows its own', async () => {
    const { a, b, deliverAll } = await twoTabs()
    await turn(a, () => branchesOf(a.chat).regenerate(), 'Second')
    await deliverAll()
    expect(texts(a)).toEqual(['One', 'Second'])
    expect(texts(b)).toEqual(['One', 'First'])
    expect(paths(b)).toEqual(['/One', '/One/First', '/One/Second'])
    await turn(b, () => b.chat.sendMessage('Two'), 'More')
    await deliverAll()
    expect(texts(a)).toEqual(['One', 'Second'])
    expect(paths(a)).toEqual(paths(b))
    branchesOf(b.chat).next(b.chat.getSnapshot().messages[1]!.id)
    await deliverAll()
    expect(texts(b)).toEqual(['One', 'Second'])
    await turn(b, () => b.chat.sendMessage('And?'), 'So')
    await deliverAll()
    expect(texts(a)).toEqual(['One', 'Second', 'And?', 'So'])
  })

  test('what both add at once, both have', async () => {
    const { a, b, deliverAll } = await twoTabs()
    await Promise.all([
      turn(a, () => a.chat.sendMessage('from a'), 'to a'),
      turn(b, () => b.chat.sendMessage('from b'), 'to b'),
    ])
    await deliverAll()
    expect(paths(a)).toEqual(paths(b))
    expect(paths(a).toSorted()).toEqual([
      '/One',
      '/One/First',
      '/One/First/from a',
      '/One/First/from a/to a',
      '/One/First/from b',
      '/One/First/from b/to b',
    ])
    expect(texts(a)).toEqual(['One', 'First', 'from a', 'to a'])
  })

  test('what one changes in a branch that the other has left is there when that one comes back', async () => {
    const { a, b, deliverAll } = await twoTabs()
    await turn(a, () => branchesOf(a.chat).regenerate(), 'Second')
    branchesOf(a.chat).previous(a.chat.getSnapshot().messages[1]!.id)
    await deliverAll()
    branchesOf(b.chat).next(b.chat.getSnapshot().messages[1]!.id)
    b.chat.setMessages(([asked, reply]) => [asked!, { ...reply!, metadata: { rating: 5 } }])
    await deliverAll()
    expect(texts(a)).toEqual(['One', 'First'])
    branchesOf(a.chat).next(a.chat.getSnapshot().messages[1]!.id)
    await deliverAll()
    for (const { chat } of [a, b]) {
      expect(chat.getSnapshot().messages[1]).toMatchObject({
        content: 'Second',
        metadata: { rating: 5 },
      })
    }
  })

  test('after what one takes away comes what the other said after it', async () => {
    const { a, b, deliverAll } = await twoTabs()
    a.chat.removeMessage(a.chat.getSnapshot().messages[1]!.id)
    await turn(b, () => b.chat.sendMessage('Two'), 'More')
    await deliverAll()
    expect(paths(a)).toEqual(['/One', '/One/Two', '/One/Two/More'])
    expect(paths(b)).toEqual(paths(a))
    a.chat.clear()
    await deliverAll()
    expect([paths(a), paths(b)]).toEqual([[], []])
  })

  test('what one puts before all the others is there in every tab, and in one that is opened later', async () => {
    const { a, b, openTab, deliverAll } = await twoTabs()
    const older = { role: 'user', content: 'Zero' } as const
    a.chat.setMessages((shown) => [older, ...shown])
    await deliverAll()
    for (const tab of [a, b, openTab({ hasBranches: true })]) {
      expect(texts(tab)).toEqual(['Zero', 'One', 'First'])
      expect(paths(tab)).toEqual(['/Zero', '/Zero/One', '/Zero/One/First'])
    }
  })

  test('a reply of a tab that is gone goes on where its branch is shown again', async () => {
    const { a, b, clock, deliverAll } = await twoTabs()
    void a.chat.sendMessage('Two')
    await settle()
    await a.calls.at(-1)!.open({ headers })
    await deliverAll()
    await a.kill()
    void branchesOf(b.chat).editMessage(b.chat.getSnapshot().messages[2]!.id, 'Other')
    await clock.advance(2_000)
    branchesOf(b.chat).previous(b.chat.getSnapshot().messages[2]!.id)
    expect(texts(b)).toEqual(['One', 'First', 'Two', ''])
    await clock.advance(2_000)
    expect(b.calls).toHaveLength(1)
    await b.calls[0]!.send(delta('Done'), '[DONE]')
    await clock.advance(2_000)
    expect(b.calls[1]).toMatchObject({ method: 'GET', url: headers['content-location'] })
  })

  const whats = [
    ...(['send', 'send', 'regenerate', 'edit', 'remove', 'previous', 'next'] as const),
    ...(['end', 'end', 'deliver', 'deliver', 'oversleep', 'reload'] as const),
  ]
  const action = fc.record({ tab: fc.nat(1), what: fc.constantFrom(...whats), at: fc.nat(9) })

  test.each([false, true])(
    'whatever two tabs do, both end up with the same tree, and nothing is lost (slow storage: %s)',
    async (isSlow) => {
      await fc.assert(
        fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
          const { openTab, deliver, deliverEach, oversleep, deliverAll, clock } = createTabs({
            isSlow,
          })
          const tabs = [openTab({ hasBranches: true }), openTab({ hasBranches: true })]
          const said = new Set<string>()
          const replies = new Map<Tab, string>()
          let count = 0

          async function wake(): Promise<void> {
            clock.page('pageshow')
            await settleStorage()
          }
          async function begin(
            tab: Tab,
            ask: (text: string) => Promise<unknown>,
            isSaid = true,
          ): Promise<void> {
            count += 1
            if (isSaid) said.add(`user ${count}`)
            replies.set(tab, `reply ${count}`)
            void ask(`user ${count}`)
            await settle()
            await tab.calls.at(-1)!.open()
          }
          async function end(tab: Tab): Promise<void> {
            const text = replies.get(tab)
            if (!text || !replies.delete(tab)) return
            await tab.calls.at(-1)!.send(delta(text), '[DONE]')
            said.add(text)
          }

          for (const { tab: index, what, at } of actions) {
            const tab = tabs[index]!
            const branches = branchesOf(tab.chat)
            const { messages } = tab.chat.getSnapshot()
            const message = messages[at % (messages.length || 1)]
            const isFree = !replies.has(tab)
            const canRegenerate = message?.role === 'assistant' && message !== messages[0]
            if (what === 'send' && isFree) await begin(tab, (text) => tab.chat.sendMessage(text))
            else if (what === 'regenerate' && isFree && canRegenerate)
              await begin(tab, () => branches.regenerate(message.id), false)
            else if (what === 'edit' && isFree && message?.role === 'user')
              await begin(tab, (text) => branches.editMessage(message.id, text))
            else if (what === 'previous' && message) branches.previous(message.id)
            else if (what === 'next' && message) branches.next(message.id)
            // The only one that is shown is not: with it goes all that the tab knows.
            else if (what === 'remove' && isFree && messages.length > 1) {
              // A reply of the other tab that streams comes back as it grows.
              if (message!.status !== 'complete') continue
              tab.chat.removeMessage(message!.id)
              said.delete(message!.content)
            } else if (what === 'end') await end(tab)
            else if (what === 'deliver') await deliver(tab)
            else if (what === 'oversleep') oversleep(tab)
            else if (what === 'reload' && isFree) {
              await wake()
              await deliverEach(tab)
              tab.stop()
              await settleStorage()
              tabs[index] = openTab({ hasBranches: true })
            }
          }
          for (const tab of tabs) await end(tab)
          await wake()
          await deliverAll()

          const [one, other] = tabs.map((tab) => paths(tab))
          expect(one).toEqual(other)
          const ends = one!.map((path) => path.slice(path.lastIndexOf('/') + 1))
          expect(ends.filter(Boolean).toSorted()).toEqual([...said].sort())
          for (const tab of tabs) {
            // What is shown is a path of the tree.
            expect(['', ...one!]).toContain(
              texts(tab)
                .map((text) => `/${text}`)
                .join(''),
            )
            expect(tab.errors).toEqual([])
            tab.stop()
          }
        }),
        { numRuns: 150 },
      )
    },
    60_000,
  )
})
