// storeChat: what is shown after a reload, and what goes on then.
import { describe, expect, test } from 'vitest'
import { StreamError } from '../../../../src/errors.js'
import { settle } from '../../../support/clock.js'
import { delta, outcome } from '../chat-support.js'
import {
  createStorage,
  hadTurn,
  headers,
  openPage,
  saved,
  storage,
  storeInOneTab,
  texts,
} from './chat-storage-support.js'

storeInOneTab()

describe('after a reload', () => {
  /** Leaves a page in the middle of a reply that has said so much. */
  async function leaveReply(headers: Record<string, string>, ...said: string[]): Promise<void> {
    const page = openPage()
    const call = await page.say('Hello')
    await call.open({ headers })
    await call.send(...said.map(delta))
    page.clock.nextFrame()
    page.clock.page('pagehide')
  }

  test('the conversation is there at once, and nothing was sent', async () => {
    const before = openPage()
    await hadTurn(before)
    before.stop()
    const page = openPage()
    expect(page.chat.getSnapshot()).toMatchObject({ status: 'ready', isLoading: false })
    expect(page.chat.getSnapshot().messages).toEqual(before.chat.getSnapshot().messages)
    await settle()
    expect(page.calls).toHaveLength(0)
    await hadTurn(page, 'And you?', 'Fine')
    expect(page.calls[0]!.body).toEqual({
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi' },
        { role: 'user', content: 'And you?' },
      ],
    })
    // Counts only what was removed or changed in place.
    expect(Object.keys(JSON.parse(storage.values.get('chat')!) as object)).toEqual([
      'version',
      'messages',
    ])
  })

  test('what is saved replaces what the conversation starts with', async () => {
    const initialMessages = [{ role: 'assistant' as const, content: 'Welcome' }]
    const before = openPage({ initialMessages })
    expect(storage.values.size).toBe(0)
    await hadTurn(before)
    before.stop()
    expect(texts(openPage({ initialMessages }))).toEqual(['Welcome', 'Hello', 'Hi'])
    expect(
      texts(openPage({ initialMessages: [{ role: 'assistant', content: 'Hello again' }] })),
    ).toEqual(['Welcome', 'Hello', 'Hi'])
  })

  test.each([
    { said: ['So ', 'far'], status: 'streaming' },
    { said: [], status: 'pending' },
  ])(
    'a reply that was $status goes on, by GET, without a doubled word',
    async ({ said, status }) => {
      await leaveReply(headers, ...said)
      const content = said.join('')
      expect(saved().at(-1)).toMatchObject({ content, status })

      const page = openPage()
      await settle()
      expect(page.chat.getSnapshot()).toMatchObject({ isLoading: true, streamingContent: content })
      expect(page.calls).toHaveLength(1)
      expect(page.calls[0]).toMatchObject({ method: 'GET', url: headers['content-location'] })
      await page.calls[0]!.open({ headers })
      await page.calls[0]!.send(delta('So '), delta('far, '), delta('so good'), '[DONE]')
      expect(texts(page)).toEqual(['Hello', 'So far, so good'])
      expect(saved().map(({ content, status }) => [content, status])).toEqual([
        ['Hello', 'complete'],
        ['So far, so good', 'complete'],
      ])
    },
  )

  test('also where the page is left before the frame, by a storage too slow to save anything then', async () => {
    createStorage({ isSlow: true })
    const before = openPage()
    await settle()
    const call = await before.say('Hello')
    await call.open({ headers })
    await settle()
    expect(saved().at(-1)).toMatchObject({ resumeUrl: headers['content-location'] })
    const { writes } = storage
    await call.send(delta('So far'))
    before.clock.nextFrame()
    await settle()
    expect(storage.writes).toBe(writes)
  })

  test('a reply that nobody kept stays interrupted, and is not asked for', async () => {
    await leaveReply({}, 'So far')
    const page = openPage()
    await settle()
    expect(page.calls).toHaveLength(0)
    expect(page.chat.getSnapshot().messages.at(-1)).toMatchObject({
      content: 'So far',
      status: 'interrupted',
    })
  })

  test('a reply that the server has lost is asked for once, not at each reload', async () => {
    await leaveReply(headers, 'So far')
    const page = openPage()
    await settle()
    await page.calls[0]!.answer(404, '{"error":"gone"}')
    const { reply } = page.chat.getSnapshot()
    expect(reply).toMatchObject({ status: 'interrupted', content: 'So far' })
    page.stop()

    const next = openPage()
    await settle()
    expect(next.calls).toHaveLength(0)
    const { error } = next.chat.getSnapshot().messages.at(-1)!
    expect(error).toBeInstanceOf(StreamError)
    expect(error).toMatchObject({ code: 'http', status: 404, retryable: false })
    expect(error!.message).toBe(reply!.error!.message)
  })

  test('what was cleared or removed stays away', async () => {
    const before = openPage()
    await hadTurn(before)
    await hadTurn(before, 'And you?', 'Fine')
    before.chat.removeMessage(before.chat.getSnapshot().messages[0]!.id)
    before.stop()
    const page = openPage()
    expect(texts(page)).toEqual(['Hi', 'And you?', 'Fine'])
    page.chat.clear()
    page.stop()
    expect(texts(openPage())).toEqual([])
  })

  test('also what was removed while a reply streamed, though its page was gone in haste', async () => {
    const before = openPage()
    await hadTurn(before)
    await before.clock.advance(100)
    await (await before.say('And you?')).send(delta('Fi'))
    before.clock.nextFrame()
    before.chat.removeMessage(before.chat.getSnapshot().messages[0]!.id)
    await before.clock.advance(0)
    expect(texts(openPage())).toEqual(['Hi', 'And you?', 'Fi'])
  })

  test('what was taken away and put back is there: an undone removal, another branch', async () => {
    const before = openPage()
    await hadTurn(before)
    const { messages } = before.chat.getSnapshot()
    before.chat.setMessages([])
    before.chat.setMessages(messages)
    before.stop()
    expect(texts(openPage())).toEqual(['Hello', 'Hi'])
  })
})

test('resume goes on with the last message, whatever was received before, and that is saved at once', async () => {
  const page = openPage()
  await hadTurn(page)
  const [first] = page.chat.getSnapshot().messages
  const resumeUrl = 'https://a.test/replies/8'
  page.chat.setMessages((messages) => [
    ...messages,
    { ...first!, id: 'x', role: 'assistant', content: 'So', status: 'interrupted', resumeUrl },
  ])
  const promise = page.chat.resume()
  const call = await page.nextCall()
  expect(call.url).toBe(resumeUrl)
  await call.answer(404, 'gone')
  expect(await outcome(promise)).toMatchObject({ status: 404 })
  void page.chat.resume()
  // A slow storage saves nothing more when the page is left.
  expect(saved().at(-1)!.status).toBe('streaming')
})
