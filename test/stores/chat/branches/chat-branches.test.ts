import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChatMessage } from '../../../../src/protocols/message/message.js'
import { type SavedBranches } from '../../../../src/stores/chat/branches/chat-branches.js'
import { outcome } from '../chat-support.js'
import { start } from './branches-support.js'

describe('editMessage', () => {
  test('asks anew from there, and keeps what was', async () => {
    const { branches, calls, answer, say, shown, idOf, places } = start()
    await say('One', 'First')
    await say('Two', 'Second')
    const before = shown()
    const text = branches.editMessage(idOf('Two'), 'Zwei')
    await answer('Zweitens')
    expect(await text).toBe('Zweitens')
    expect(shown()).toEqual(['One', 'First', 'Zwei', 'Zweitens'])
    expect(places()).toEqual(['1/1', '1/1', '2/2', '1/1'])
    expect(calls.at(-1)!.body).toEqual({
      messages: [
        { role: 'user', content: 'One' },
        { role: 'assistant', content: 'First' },
        { role: 'user', content: 'Zwei' },
      ],
    })
    branches.previous(idOf('Zwei'))
    expect(shown()).toEqual(before)
    expect(places()).toEqual(['1/1', '1/1', '1/2', '1/1'])
  })

  test('of the first message begins the conversation anew', async () => {
    const { branches, answer, say, shown, idOf, places } = start()
    await say('One', 'First')
    void branches.editMessage(idOf('One'), 'Eins')
    await answer('Erstens')
    expect(shown()).toEqual(['Eins', 'Erstens'])
    expect(places()).toEqual(['2/2', '1/1'])
  })

  test('keeps the files of a message whose text it replaces', async () => {
    const { chat, branches, answer, nextCall } = start()
    const file = { type: 'file', mediaType: 'image/png', data: 'AAAA' } as const
    const metadata = { from: 'phone' }
    const content = 'Look'
    const parts = [{ type: 'text', text: content } as const, file]
    void chat.sendMessage({ content, parts, metadata })
    await answer('Nice')
    void branches.editMessage(chat.getSnapshot().messages[0]!.id, 'Behold')
    expect(chat.getSnapshot().messages[0]).toMatchObject({
      content: 'Behold',
      parts: [{ type: 'text', text: 'Behold' }, file],
      metadata,
    })
    await nextCall()
    await answer('Nicer')
    void branches.editMessage(chat.getSnapshot().messages[0]!.id, { content: 'See' })
    expect(chat.getSnapshot().messages[0]!.parts).toEqual([{ type: 'text', text: 'See' }])
  })

  test('refuses what is no user’s message, and while a reply streams', async () => {
    const { branches, say, answer, idOf, shown, chat } = start()
    await say('One', 'First')
    for (const id of [idOf('First'), 'nowhere']) {
      expect(await outcome(branches.editMessage(id, 'Eins'))).toMatchObject({
        code: 'invalid-option',
        message: `Expected a user’s message of the conversation, there is no ${id}`,
      })
    }
    void chat.sendMessage('Two')
    expect(await outcome(branches.editMessage(idOf('One'), 'Eins'))).toMatchObject({ code: 'busy' })
    await answer('Second')
    expect(shown()).toEqual(['One', 'First', 'Two', 'Second'])
  })

  test('keeps both where the new reply fails', async () => {
    const { branches, say, shown, idOf, nextCall, chat } = start({ retry: false })
    await say('One', 'First')
    const text = branches.editMessage(idOf('One'), 'Eins')
    await (await nextCall()).answer(400, '{}')
    expect(await outcome(text)).toMatchObject({ code: 'http' })
    expect(chat.getSnapshot().messages.at(-1)).toMatchObject({ status: 'error' })
    branches.previous(idOf('Eins'))
    expect(shown()).toEqual(['One', 'First'])
  })
})

describe('regenerate', () => {
  test('adds a sibling of the last reply', async () => {
    const { branches, answer, say, shown, idOf, places } = start()
    await say('One', 'First')
    const text = branches.regenerate()
    await answer('Again')
    expect(await text).toBe('Again')
    expect(shown()).toEqual(['One', 'Again'])
    expect(places()).toEqual(['1/1', '2/2'])
    branches.previous(idOf('Again'))
    expect(shown()).toEqual(['One', 'First'])
  })

  test('of an earlier reply hides what followed it, and a switch shows that again', async () => {
    const { branches, answer, say, shown, idOf } = start()
    await say('One', 'First')
    await say('Two', 'Second')
    void branches.regenerate(idOf('First'))
    await answer('Again')
    expect(shown()).toEqual(['One', 'Again'])
    branches.previous(idOf('Again'))
    expect(shown()).toEqual(['One', 'First', 'Two', 'Second'])
  })

  test('refuses where there is nothing to answer, and while a reply streams', async () => {
    const { branches, say, idOf, chat } = start()
    expect(await outcome(branches.regenerate())).toMatchObject({ code: 'invalid-option' })
    await say('One', 'First')
    void chat.sendMessage('Two')
    for (const id of [idOf('One'), idOf('Two'), 'nowhere']) {
      expect(await outcome(branches.regenerate(id))).toMatchObject({ code: 'invalid-option' })
    }
    for (const id of [idOf('First'), undefined]) {
      expect(await outcome(branches.regenerate(id))).toMatchObject({ code: 'busy' })
    }
    expect(chat.getSnapshot().messages).toHaveLength(4)
  })
})

describe('what the page itself takes away', () => {
  test('is gone, and what is beside it stays', async () => {
    const { branches, chat, answer, say, shown, idOf, places } = start()
    await say('One', 'First')
    await say('Two', 'Second')
    void branches.regenerate()
    await answer('Again')
    chat.removeMessage(idOf('Two'))
    expect(shown()).toEqual(['One', 'First', 'Again'])
    expect(places()).toEqual(['1/1', '1/1', '2/2'])
    chat.removeMessage(idOf('Again'))
    expect(shown()).toEqual(['One', 'First'])
    expect(branches.save().messages).toHaveLength(3)
  })

  test('all of it, is another conversation', async () => {
    const { branches, chat, answer, say, idOf, places } = start()
    await say('One', 'First')
    void branches.regenerate()
    await answer('Again')
    chat.removeMessage(idOf('Again'))
    expect(branches.save().messages).toHaveLength(2)
    chat.removeMessage(idOf('One'))
    expect(branches.save().messages).toEqual([])
    await say('One', 'First')
    void branches.regenerate()
    await answer('Again')
    chat.clear()
    expect(branches.save().messages).toEqual([])
    await say('New', 'Anew')
    expect(places()).toEqual(['1/1', '1/1'])
  })

  test('and puts back after those that had followed it, follows them', async () => {
    const { branches, chat, say, shown, places, idOf } = start()
    await say('One', 'First')
    await say('Two', 'Second')
    const [one, ...others] = chat.getSnapshot().messages
    chat.setMessages(others)
    chat.setMessages([...others, one!])
    expect(shown()).toEqual(['First', 'Two', 'Second', 'One'])
    expect(places()).toEqual(['1/1', '1/1', '1/1', '1/1'])
    const saved = branches.save().messages as { id: string; parentId?: string }[]
    expect(saved.map(({ parentId }) => parentId)).toEqual([
      undefined,
      ...['First', 'Two', 'Second'].map(idOf),
    ])
  })
})

test('whatever is edited, switched, asked again or sent, no message is lost and the conversation is a path', async () => {
  const step = fc.record({
    what: fc.constantFrom('send', 'edit', 'regenerate', 'previous', 'next'),
    at: fc.nat(20),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const page = start()
      const { answer, branches, chat } = page
      /** Every message that was ever shown, as it was when it had settled. */
      const known = new Map<string, ChatMessage>()
      let count = 0
      for (const { what, at } of steps) {
        const { messages } = chat.getSnapshot()
        const some = messages[at % messages.length]
        count += 1
        if (what === 'send') await page.say(`Question ${count}`, `Answer ${count}`)
        else if (!some) continue
        else if (what === 'edit' && some.role === 'user') {
          void branches.editMessage(some.id, `Edited ${count}`)
          await answer(`Answer ${count}`)
        } else if (what === 'regenerate' && some.role === 'assistant') {
          void branches.regenerate(some.id)
          await answer(`Answer ${count}`)
        } else if (what === 'previous' || what === 'next') branches[what](some.id)

        for (const message of chat.getSnapshot().messages) {
          const before = known.get(message.id) ?? message
          expect(message).toBe(before)
          known.set(message.id, message)
        }
        const { messages: saved } = branches.save()
        const parents = new Map(
          (saved as { id: string; parentId?: string }[]).map(({ id, parentId }) => [id, parentId]),
        )
        expect(new Set(parents.keys())).toEqual(new Set(known.keys()))
        const path = chat.getSnapshot().messages.map(({ id }) => id)
        expect(path.map((id) => parents.get(id))).toEqual(
          [undefined, ...path].slice(0, path.length),
        )
        for (const id of path) {
          const siblings = [...parents].filter(([, parent]) => parent === parents.get(id))
          expect(branches.getSnapshot().get(id)!.count).toBe(siblings.length)
        }
      }
      const saved: SavedBranches = JSON.parse(JSON.stringify(branches.save()))
      const restored = start()
      restored.branches.restore(saved)
      expect(restored.shown()).toEqual(page.shown())
      expect(restored.branches.save()).toEqual(branches.save())
    }),
    { numRuns: 60 },
  )
})
