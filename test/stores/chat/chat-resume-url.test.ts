// Where the rest of a reply is fetched from.
import { describe, expect, test } from 'vitest'
import type { ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { settle } from '../../support/clock.js'
import { delta, outcome, startChat } from './chat-support.js'
import { headers, event } from './chat-resume-support.js'

describe('a Content-Location', () => {
  test.each([
    {
      where: 'of another origin is not followed with custom headers',
      custom: true,
      follows: false,
    },
    { where: 'of another origin is followed without them', custom: false, follows: true },
  ])('$where', async ({ custom, follows }) => {
    const options: ChatOptions = { url: 'https://example.com/chat' }
    if (custom) options.headers = { authorization: 'secret' }
    const { chat, clock, calls, say } = startChat(options)
    const call = await say('Hello')
    await call.open({ headers: { 'content-location': 'https://cdn.example/7' } })
    await call.send(delta('Half'))
    await call.cut()
    await clock.advance(500)
    expect(calls.slice(1).map(({ url }) => url)).toEqual(follows ? ['https://cdn.example/7'] : [])
    clock.nextFrame()
    expect(chat.getSnapshot().status).toBe(follows ? 'streaming' : 'error')
  })
})

describe('resumeUrl', () => {
  test.each<[string, ChatOptions['resumeUrl']]>([
    ['a string', 'https://example.com/resume'],
    ['a URL', new URL('https://example.com/resume')],
    ['a function of the reply', ({ role }) => `https://example.com/resume?${role}`],
  ])('may be %s', async (_kind, resumeUrl) => {
    const { chat, clock, calls } = startChat({ resumeUrl })
    const promise = chat.sendMessage('Hello')
    await settle()
    await calls[0]!.write(event(1, 'Half '))
    await calls[0]!.cut()
    await clock.advance(500)
    expect(calls[1]!.url).toMatch(/^https:\/\/example.com\/resume(\?assistant)?$/)
    expect([calls[1]!.method, calls[1]!.headers.get('last-event-id')]).toEqual(['GET', '1'])
    await calls[1]!.write(event(2, 'and half'))
    await calls[1]!.send('[DONE]')
    expect(await promise).toBe('Half and half')
  })

  test.each(['', () => '', () => undefined])('that is none is none: %j', async (resumeUrl) => {
    const { chat, calls } = startChat({ resumeUrl })
    const promise = outcome(chat.sendMessage('Hello'))
    await settle()
    await calls[0]!.send(delta('Half'))
    await calls[0]!.cut()
    expect(await promise).toMatchObject({ code: 'network' })
    expect(calls).toHaveLength(1)
  })

  test('wins over the Content-Location', async () => {
    const { clock, calls, say } = startChat({ resumeUrl: 'https://example.com/resume' })
    const call = await say('Hello')
    await call.open({ headers })
    await call.cut()
    await clock.advance(500)
    expect(calls[1]!.url).toBe('https://example.com/resume')
  })
})
