// When subscribers are told of a chat, and what of it stays the same object.
import { describe, expect, test, vi } from 'vitest'
import { delta, startChat } from './chat-support.js'

describe('publishing', () => {
  test('tells once a frame, however much comes', async () => {
    const { chat, clock, say } = startChat()
    const call = await say('Hello')
    await call.open()
    clock.nextFrame()
    const listener = vi.fn<() => void>()
    chat.subscribe(listener)
    const before = chat.getSnapshot()
    await call.send(...Array.from({ length: 10_000 }, () => delta('a')))
    expect(listener).not.toHaveBeenCalled()
    expect(chat.getSnapshot()).toBe(before)
    clock.nextFrame()
    expect(listener).toHaveBeenCalledTimes(1)
    expect(chat.getSnapshot().streamingContent).toHaveLength(10_000)
    clock.nextFrame()
    expect(listener).toHaveBeenCalledTimes(1)
  })

  test('tells at once when the reply ends, and the promise settles after that', async () => {
    const { chat, clock, nextCall } = startChat()
    const order: string[] = []
    chat.subscribe(() => order.push(chat.getSnapshot().status))
    void chat.sendMessage('Hello').then((text) => order.push(`resolved: ${text}`))
    await (await nextCall()).send(delta('Hi'), '[DONE]')
    expect(order).toEqual(['submitted', 'ready', 'resolved: Hi'])
    expect(clock.waiting).toBe(0)
  })

  test('lets who is told of the end of a reply send the next message', async () => {
    const { chat, nextCall } = startChat()
    let second: Promise<string> | undefined
    chat.subscribe(() => {
      if (chat.getSnapshot().status === 'ready') second ??= chat.sendMessage('And now?')
    })
    const first = chat.sendMessage('Hello')
    await (await nextCall()).send(delta('Hi'), '[DONE]')
    expect(await first).toBe('Hi')
    await (await nextCall()).send(delta('Now'), '[DONE]')
    expect(await second).toBe('Now')
  })

  test('tells at once where a reply can be fetched again', async () => {
    const { chat, say } = startChat({ url: 'https://a.test/chat' })
    const call = await say('Hello')
    await call.open({ headers: { 'content-location': '/replies/7' } })
    expect(chat.getSnapshot().reply).toMatchObject({ resumeUrl: 'https://a.test/replies/7' })
  })

  test('keeps the identity of every message that has settled', async () => {
    const { chat, clock, nextCall } = startChat({
      initialMessages: [{ role: 'assistant', content: 'Hi' }],
    })
    const [greeting] = chat.getSnapshot().messages
    void chat.sendMessage('Hello')
    const asked = chat.getSnapshot().messages[1]
    const call = await nextCall()
    await call.open()
    const replies = new Set()
    for (const content of ['a', 'b', 'c']) {
      await call.send(delta(content))
      clock.nextFrame()
      const { messages } = chat.getSnapshot()
      expect(messages[0]).toBe(greeting)
      expect(messages[1]).toBe(asked)
      replies.add(messages[2])
    }
    expect(replies.size).toBe(3)
    await call.send('[DONE]')
    const reply = chat.getSnapshot().messages[2]
    void chat.sendMessage('Again')
    expect(chat.getSnapshot().messages.slice(0, 3)).toEqual([greeting, asked, reply])
    expect(chat.getSnapshot().messages[2]).toBe(reply)
  })

  test('survives a subscriber that throws', async () => {
    const reported = vi.fn<(error: unknown) => void>()
    vi.stubGlobal('reportError', reported)
    const { chat, nextCall } = startChat()
    chat.subscribe(() => {
      throw new Error('of a subscriber')
    })
    const text = chat.sendMessage('Hello')
    await (await nextCall()).send(delta('Hi'), '[DONE]')
    expect(await text).toBe('Hi')
    expect(reported).toHaveBeenCalled()
    vi.unstubAllGlobals()
  })
})
