import { describe, expect, test } from 'vitest'
import { type SavedBranches } from '../../../../src/stores/chat/branches/chat-branches.js'
import { storeChat } from '../../../../src/stores/chat/storage/chat-storage.js'
import { createTestStorage } from '../../storage/storage-support.js'
import { start } from './branches-support.js'

describe('saving', () => {
  async function grown() {
    const started = start({ retry: false })
    const { branches, nextCall, say, idOf, answer } = started
    await say('One', 'First')
    void branches.regenerate()
    await (await nextCall()).answer(400, '{"error":"overloaded"}')
    void branches.regenerate()
    await answer('Again')
    await say('Two', 'Second')
    void branches.editMessage(idOf('One'), 'Eins')
    await answer('Erstens')
    branches.previous(idOf('Eins'))
    return started
  }
  const throughJson = (saved: SavedBranches): SavedBranches => JSON.parse(JSON.stringify(saved))

  test('and restoring shows what was shown, with all its branches', async () => {
    const before = await grown()
    const after = start()
    after.branches.restore(throughJson(before.branches.save()))
    expect(after.shown()).toEqual(before.shown())
    expect(after.places()).toEqual(['1/2', '3/3', '1/1', '1/1'])
    expect(after.branches.save()).toEqual(before.branches.save())
    after.branches.previous(after.idOf('Again'))
    expect(after.chat.getSnapshot().messages.at(-1)!.error).toMatchObject({
      code: 'http',
      status: 400,
    })
  })

  test('leaves as it is what the chat has changed since, also in a branch that is not shown', async () => {
    const { branches, chat, idOf } = await grown()
    const saved = throughJson(branches.save())
    const metadata = { rating: 5 }
    chat.setMessages((shown) => shown.map((message) => ({ ...message, metadata })))
    branches.next(idOf('One'))
    branches.restore(saved)
    branches.previous(idOf('Eins'))
    const rated = chat.getSnapshot().messages.map((message) => message.metadata)
    expect(rated).toEqual([metadata, metadata, metadata, metadata])
  })

  test('leaves out the reply to a list of the page, which is no part of the conversation', async () => {
    const { branches, chat, answer, places } = await grown()
    const before = branches.save()
    void chat.sendMessage([{ role: 'user', content: 'Something else' }])
    await answer('Aside')
    expect(places()).toEqual(['1/2', '3/3', '1/1', '1/1'])
    expect(branches.save()).toEqual(before)
  })

  test('adds the branches to a conversation that is there already', async () => {
    const before = await grown()
    const saved = throughJson(before.branches.save())
    before.branches.previous(before.chat.getSnapshot().messages[1]!.id)
    const initialMessages = before.chat.getSnapshot().messages
    const after = start({ initialMessages })
    after.branches.restore(saved)
    expect(after.chat.getSnapshot().messages).toEqual(initialMessages)
    expect(after.places().slice(0, 2)).toEqual(['1/2', '2/3'])
  })

  test.each([
    ['nothing', undefined],
    ['no list', { messages: 7 }],
    ['orphans', { messages: [{ id: 'a', role: 'user', content: 'A', parentId: 'gone' }] }],
    [
      'cycles',
      {
        messages: [
          { id: 'a', role: 'user', content: 'A', parentId: 'b' },
          { id: 'b', role: 'user', content: 'B', parentId: 'a' },
          { id: 'c', role: 'user', content: 'C', parentId: 'c' },
          null,
          { id: 'd', role: 'nobody', content: 'D' },
        ],
        lastId: 'b',
      },
    ],
  ])('what is broken is read as far as it goes: %s', async (_, saved) => {
    const { branches, say, shown } = start()
    branches.restore(saved as unknown as SavedBranches)
    await say('One', 'First')
    expect(shown().slice(-2)).toEqual(['One', 'First'])
  })

  test('without the message that was shown last, the last one that can be read is shown', () => {
    const { branches, shown } = start()
    const messages = [
      { id: 'a', role: 'user', content: 'One' },
      { id: 'b', role: 'nobody', content: 'First', parentId: 'a' },
    ]
    branches.restore({ messages, lastId: 'b' })
    expect(shown()).toEqual(['One'])
  })
})

test('a conversation that is stored shows after a reload the branch that was shown, and takes the others back', async () => {
  const storage = createTestStorage()
  const options = { key: 'chat', storage }
  const before = start()
  const stop = storeChat(before.chat, options, before.clock)
  await before.say('One', 'First')
  void before.branches.regenerate()
  await before.answer('Again')
  before.branches.previous(before.idOf('Again'))
  await before.clock.advance(2_000)
  const saved = before.branches.save()
  stop()

  const after = start()
  storeChat(after.chat, options, after.clock)
  expect(after.shown()).toEqual(['One', 'First'])
  after.branches.restore(saved)
  after.branches.next(after.idOf('First'))
  await after.clock.advance(2_000)
  expect(after.shown()).toEqual(['One', 'Again'])
  expect(after.places()).toEqual(['1/1', '2/2'])
})
