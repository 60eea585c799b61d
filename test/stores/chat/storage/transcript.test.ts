// What storeChat may meet instead of a conversation that this version has saved.
import { expect, test } from 'vitest'
import { openaiChat } from '../../../../src/protocols/openai-chat.js'
import { hadTurn, openPage, saved, storage, storeInOneTab, texts } from './chat-storage-support.js'

storeInOneTab()

test.each([
  ['SyntaxError', '{"version":1,"messa'],
  ['there are no messages', '42'],
  ['there are no messages', 'null'],
  ['there are no messages', '{"version":1}'],
  ['there are no messages', '{"version":1,"messages":{"0":1}}'],
])(
  'a transcript that is broken is told (%s), and replaced by the next message',
  async (why, text) => {
    storage.values.set('chat', text)
    const page = openPage()
    expect(texts(page)).toEqual([])
    expect(page.errors).toMatchObject([{ code: 'storage', message: expect.stringContaining(why) }])
    expect(storage.values.get('chat')).toBe(text)
    await hadTurn(page)
    expect(saved()).toHaveLength(2)
  },
)

test('a transcript of a later version: told, and left alone', async () => {
  const text = '{"version":2,"turns":[]}'
  storage.values.set('chat', text)
  const page = openPage()
  await hadTurn(page)
  expect(texts(page)).toEqual(['Hello', 'Hi'])
  expect(storage.values.get('chat')).toBe(text)
  expect(page.errors).toHaveLength(1)
  expect(page.errors[0]!.message).toContain('version 2')
})

test('messages as pages have saved them by themselves are read', async () => {
  const messages = [
    { role: 'user', content: 'Hello' },
    { id: 'mine', role: 'assistant', content: 'Hi', parts: null, status: 'done' },
    { role: 'assistant', parts: [{ type: 'text', text: 'A' }, { type: 'text' }, null, 'x'] },
    { id: 7, role: 'user', content: 'So', parts: [], resumeUrl: { toString: 1 } },
  ]
  storage.values.set('chat', JSON.stringify(messages))
  const page = openPage()
  expect(page.errors).toEqual([])
  expect(page.chat.getSnapshot().messages).toMatchObject([
    { id: 'message-1', content: 'Hello', parts: [{ type: 'text', text: 'Hello' }] },
    { id: 'mine', content: 'Hi', status: 'complete' },
    { id: 'message-3', content: 'A', parts: [{ type: 'text', text: 'A' }], status: 'complete' },
    { id: '7', content: 'So', resumeUrl: undefined },
  ])
  await hadTurn(page, 'More', 'Yes')
  expect(page.calls[0]!.body).toMatchObject({ messages: { length: 5 } })
})

test('messages with the same id are one message, the last of them', () => {
  const messages = ['One', 'Two'].map((content) => ({ id: 'a', role: 'user', content }))
  storage.values.set('chat', JSON.stringify({ version: 1, messages }))
  expect(texts(openPage())).toEqual(['Two'])
})

test('a message of an unknown role is left out, and told', async () => {
  const messages = [
    { id: 'a', role: 'user', content: 'Hello' },
    { id: 'b', role: 'tool', content: '{}' },
    null,
    { id: 'c', role: 'assistant', content: 'Hi' },
    { id: 'd', role: { toString: 1 }, content: '' },
  ]
  storage.values.set('chat', JSON.stringify({ version: 1, messages }))
  const page = openPage()
  expect(texts(page)).toEqual(['Hello', 'Hi'])
  expect(page.errors).toHaveLength(1)
  expect(page.errors[0]!.message).toContain('tool')
})

test('a part that lacks what its kind has is left out: the conversation can be sent', async () => {
  const whole = { type: 'file', mediaType: 'image/png', url: 'https://a.test/1.png' }
  const kinds = ['text', 'reasoning', 'tool-call', 'file', 'data', 7]
  const parts = [null, ...kinds.map((type) => ({ type })), { type: 'source' }, whole]
  const messages = [{ id: 'a', role: 'user', parts: [{ type: 'text', text: 'Hello' }, ...parts] }]
  storage.values.set('chat', JSON.stringify({ version: 1, messages }))
  const page = openPage({ protocol: openaiChat() })
  expect(page.chat.getSnapshot().messages[0]!.parts.slice(1)).toEqual([{ type: 'source' }, whole])
  void page.chat.sendMessage('And you?')
  expect((await page.nextCall()).body).toMatchObject({ messages: [{ role: 'user' }, {}] })
})

test.each([[[1, null, ['a', 1]]], ['broken'], [null]])(
  'broken counts of what was taken away harm no message: %j',
  (presence) => {
    const messages = [
      { id: 'a', role: 'user', content: 'gone' },
      { id: 'b', role: 'user', content: 'there' },
    ]
    storage.values.set('chat', JSON.stringify({ version: 1, messages, presence }))
    expect(texts(openPage())).toContain('there')
  },
)

test('a prototype in a transcript is only data', () => {
  storage.values.set(
    'chat',
    '{"version":1,"__proto__":{"polluted":1},"presence":[["__proto__",1]],' +
      '"messages":[{"id":"__proto__","role":"user","content":"x","__proto__":{"polluted":1}}]}',
  )
  const page = openPage()
  expect(page.errors).toEqual([])
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
  expect(texts(page)).toEqual([])
})
