// Branches that are stored: all of them are back after a reload, and tabs add to one tree.
import * as fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createChat } from '../../../../src/stores/chat/chat.js'
import { branchesOf } from '../../../../src/stores/chat/branches/chat-branches.js'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import type { ChatOptions } from '../../../../src/stores/chat/chat-types.js'
import { createTestClock, settle } from '../../../support/clock.js'
import { createTestServer, delta } from '../chat-support.js'
import { createTestStorage, type TestStorage } from '../../storage/storage-support.js'
import { createTabs, type Tab } from '../../storage/tabs-support.js'

afterEach(() => vi.unstubAllGlobals())

function texts({ chat }: Pick<Tab, 'chat'>): string[] {
  return chat.getSnapshot().messages.map(({ content }) => content)
}

/** The texts from the first message to each, in the order of the tree. */
function paths({ chat }: Pick<Tab, 'chat'>): string[] {
  const saved = branchesOf(chat).save().messages as {
    id: string
    parentId?: string
    content: string
  }[]
  const path = (id: string | undefined): string => {
    const message = saved.find((each) => each.id === id)
    return message ? `${path(message.parentId)}/${message.content}` : ''
  }
  return saved.map(({ id }) => path(id))
}

describe('after a reload', () => {
  let draws = 0
  /** No two pages draw the same. */
  const random = () => (draws += 1) / 36 ** 4

  function openPage(storage: TestStorage, options?: ChatOptions) {
    const { fetch, calls } = createTestServer()
    const clock = createTestClock()
    const chat = createChat({ fetch, ...options }, { ...clock, random })
    async function answer(text: string): Promise<void> {
      await settle()
      await calls.at(-1)!.send(delta(text), '[DONE]')
    }
    async function say(text: string, reply: string): Promise<void> {
      void chat.sendMessage(text)
      await answer(reply)
    }
    const store = () => storeChat(chat, { key: 'chat', storage }, clock)
    return { chat, store, answer, say }
  }

  /** Three branches; the second is shown, and it goes on. */
  async function saved(storage: TestStorage): Promise<void> {
    const { chat, store, answer, say } = openPage(storage)
    const branches = branchesOf(chat)
    const stop = store()
    await say('One', 'First')
    void branches.regenerate()
    await answer('Second')
    await say('Two', 'More')
    void branches.regenerate(chat.getSnapshot().messages[1]!.id)
    await answer('Third')
    branches.previous(chat.getSnapshot().messages[1]!.id)
    stop()
  }
  const tree = ['/One', '/One/First', '/One/Second', '/One/Third', '/One/Second/Two']
  const all = [...tree, '/One/Second/Two/More']

  test.each(['before', 'after'])(
    'all are there, and what was shown is, where they are asked for %s the storage is',
    async (when) => {
      const storage = createTestStorage()
      await saved(storage)
      const initialMessages = [{ role: 'assistant', content: 'Welcome' } as const]
      const page = openPage(storage, { initialMessages })
      if (when === 'before') branchesOf(page.chat)
      page.store()
      expect(texts(page)).toEqual(['One', 'Second', 'Two', 'More'])
      const branches = branchesOf(page.chat)
      await settle()
      expect(texts(page)).toEqual(['One', 'Second', 'Two', 'More'])
      expect(paths(page)).toEqual(all)
      branches.next(page.chat.getSnapshot().messages[1]!.id)
      expect(texts(page)).toEqual(['One', 'Third'])
    },
  )

  test('a page without branches shows what was shown, and keeps the others', async () => {
    const storage = createTestStorage()
    await saved(storage)
    const plain = openPage(storage)
    const stop = plain.store()
    expect(texts(plain)).toEqual(['One', 'Second', 'Two', 'More'])
    await plain.say('Three', 'Last')
    stop()
    const page = openPage(storage)
    branchesOf(page.chat)
    page.store()
    expect(texts(page)).toEqual(['One', 'Second', 'Two', 'More', 'Three', 'Last'])
    expect(paths(page)).toEqual([
      ...all,
      '/One/Second/Two/More/Three',
      '/One/Second/Two/More/Three/Last',
    ])
  })

  test('a conversation without branches is stored as it is without them', async () => {
    const [one, other] = [createTestStorage(), createTestStorage()]
    const before = draws
    for (const [storage, hasBranches] of [
      [one, true],
      [other, false],
    ] as const) {
      draws = before
      const page = openPage(storage)
      if (hasBranches) branchesOf(page.chat)
      page.store()
      await page.say('One', 'First')
    }
    expect(JSON.parse(one.values.get('chat')!)).toEqual(JSON.parse(other.values.get('chat')!))
  })

  test.each([
    ['no lists', { messages: 1, parents: 'x' }],
    [
      'a circle',
      {
        messages: [{ id: 'c', role: 'user', content: 'C' }],
        parents: [
          ['a', 'c'],
          ['c', 'b'],
          ['b', 'a'],
        ],
      },
    ],
    [
      'parents that are gone',
      {
        messages: [{ id: 'c', role: 'user', content: 'C' }],
        parents: [
          ['c', 'x'],
          ['x', 'y'],
          ['y', 'x'],
        ],
      },
    ],
    ['nothing known', { messages: [null, { id: 'd', role: 'nobody' }], parents: [['e'], null, 7] }],
  ])('what is broken is read as far as it goes: %s', async (_, branches) => {
    const storage = createTestStorage()
    const messages = [
      { id: 'a', role: 'user', content: 'A' },
      { id: 'b', role: 'assistant', content: 'B' },
    ]
    storage.values.set('chat', JSON.stringify({ version: 1, messages, branches }))
    const page = openPage(storage)
    branchesOf(page.chat)
    page.store()
    await page.say('One', 'First')
    expect(texts(page).slice(-2)).toEqual(['One', 'First'])
    expect(paths(page).join()).toContain('A')
    expect(paths(page).join()).toContain('B')
  })
})

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
            for (let round = 0; round < 8; round += 1) await settle()
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
              for (let round = 0; round < 8; round += 1) await settle()
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
