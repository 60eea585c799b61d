// Branches that are stored: all of them are back after a reload, and tabs add to one tree.
import { describe, expect, test } from 'vitest'
import { createChat } from '../../../../src/stores/chat/chat.js'
import { branchesOf } from '../../../../src/stores/chat/branches/chat-branches.js'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import type { Chat, ChatOptions } from '../../../../src/stores/chat/chat-types.js'
import { createTestClock, settle } from '../../../support/clock.js'
import { createTestServer, delta } from '../chat-support.js'
import { createTestStorage, type TestStorage } from '../../storage/storage-support.js'
import { texts } from '../storage/chat-storage-support.js'
import { paths } from './branches-support.js'

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

  /** The id of the first reply that is shown. */
  function replyId(chat: Chat): string {
    const { messages } = chat.getSnapshot()
    return messages[messages.findIndex(({ role }) => role === 'user') + 1]!.id
  }

  /** Three branches; the second is shown, and it goes on. */
  async function saved(storage: TestStorage, options?: ChatOptions): Promise<void> {
    const { chat, store, answer, say } = openPage(storage, options)
    const branches = branchesOf(chat)
    const stop = store()
    await say('One', 'First')
    void branches.regenerate()
    await answer('Second')
    await say('Two', 'More')
    void branches.regenerate(replyId(chat))
    await answer('Third')
    branches.previous(replyId(chat))
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

  test('what was shown is shown, also where both pages begin with the same message', async () => {
    const storage = createTestStorage()
    const options = { initialMessages: [{ role: 'assistant', content: 'Welcome' } as const] }
    await saved(storage, options)
    const page = openPage(storage, options)
    branchesOf(page.chat)
    page.store()
    expect(texts(page)).toEqual(['Welcome', 'One', 'Second', 'Two', 'More'])
  })

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
