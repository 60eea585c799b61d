import { describe, expect, test } from 'vitest'
import { settle } from '../../support/clock.js'
import { delta, startChat } from './chat-support.js'
import { headers, event } from './chat-resume-support.js'

/** A page that has received the first half of a reply. */
async function startHalf() {
  const { chat, clock, calls } = startChat()
  const leave = chat.retain(true)
  const promise = chat.sendMessage('Hello')
  await settle()
  await calls[0]!.open({ headers })
  await calls[0]!.write(event(1, 'Half '))
  return { chat, clock, calls, leave, promise }
}

describe('a page that leaves and comes back', () => {
  test('goes on with a reply that can be resumed', async () => {
    const { chat, clock, calls, leave, promise } = await startHalf()
    clock.nextFrame()
    leave()
    await clock.advance(60_000)
    expect(calls[0]!.signal.aborted).toBe(true)
    expect(calls).toHaveLength(1)
    expect(chat.getSnapshot().status).toBe('streaming')
    chat.retain(true)
    await settle()
    expect(calls[1]!.headers.get('last-event-id')).toBe('1')
    await calls[1]!.write(event(2, 'and half'))
    await calls[1]!.send('[DONE]')
    expect(await promise).toBe('Half and half')
  })

  test('keeps what it has of a reply whose rest is gone by then', async () => {
    const { chat, clock, calls, leave, promise } = await startHalf()
    leave()
    await clock.advance(0)
    chat.retain(true)
    await settle()
    await calls[1]!.answer(404, null)
    await expect(promise).rejects.toMatchObject({ code: 'aborted' })
    expect(chat.getSnapshot().reply).toMatchObject({
      content: 'Half ',
      status: 'interrupted',
      resumeUrl: expect.any(String),
    })
  })

  test('never asks again: before there was an answer, resumeUrl is asked for one', async () => {
    const { chat, clock, calls } = startChat({ resumeUrl: '/replies/7' })
    const leave = chat.retain(true)
    const promise = chat.sendMessage('Hello')
    await settle()
    leave()
    await clock.advance(0)
    expect(calls[0]!.signal.aborted).toBe(true)
    chat.retain(true)
    await settle()
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /api/chat',
      'GET /replies/7',
    ])
    await calls[1]!.send(delta('Hi'), '[DONE]')
    expect(await promise).toBe('Hi')
  })

  test('can stop the reply while it is away', async () => {
    const { chat, clock, calls } = startChat()
    const leave = chat.retain()
    const promise = chat.sendMessage('Hello')
    await settle()
    await calls[0]!.open({ headers })
    await calls[0]!.write(event(1, 'Half'))
    leave()
    await clock.advance(0)
    chat.stop()
    expect(await promise).toBe('Half')
    chat.retain()
    await settle()
    expect(calls).toHaveLength(1)
  })
})
