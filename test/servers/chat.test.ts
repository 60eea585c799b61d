// The tutorials' chat server, and a chat without a page.
import { beforeAll, expect, test } from 'vitest'
import { createChat } from '../../src/stores/chat/chat.js'
import startChatServer from '../support/servers/chat-express.js'
import { replyTo } from '../support/servers/chat-replies.js'

const hello = { role: 'user', content: '你好' } as const

let server: Awaited<ReturnType<typeof startChatServer>>

beforeAll(async () => {
  server = await startChatServer()
  return () => server.close()
})

test('Express 5: a reply cut at any byte, inside a character too, comes whole', async () => {
  const expected = replyTo([hello])
  const bytes = Buffer.byteLength(expected) + 'data: {"content":""}\n\n'.length * 5
  const wrong: unknown[] = []
  for (let cut = 1; cut < bytes; cut += 1) {
    const text = await createChat({ url: `${server.url}/api/chat?cut=${cut}` }).sendMessage([hello])
    if (text !== expected) wrong.push([cut, text])
  }
  const url = `${server.url}/api/chat?size=1`
  expect(await createChat({ url }).sendMessage([hello])).toBe(expected)
  expect(wrong).toEqual([])
})

test('Express 5: each turn is a request with the whole history', async () => {
  server.log.length = 0
  const chat = createChat({ url: `${server.url}/api/chat` })
  expect(await chat.sendMessage('One')).toContain('“One”')
  expect(await chat.sendMessage('Two')).toContain('“Two”')
  expect(server.log).toMatchObject([
    { messages: [{ role: 'user', content: 'One' }] },
    {
      messages: [
        { role: 'user', content: 'One' },
        { role: 'assistant', content: replyTo([{ role: 'user', content: 'One' }]) },
        { role: 'user', content: 'Two' },
      ],
    },
  ])
})

test('Express 5: stop() disconnects, and cancelRequest can tell the server', async () => {
  server.log.length = 0
  const chat = createChat({
    url: `${server.url}/api/chat`,
    cancelRequest: () => fetch(`${server.url}/api/cancel`, { method: 'POST' }),
  })
  const promise = chat.sendMessage('wait')
  await expect.poll(() => chat.getSnapshot().streamingContent).toContain('café')
  chat.stop()
  expect(await promise).toBe(replyTo([{ role: 'user', content: 'wait' }]))
  await expect.poll(() => server.log).toMatchObject([{ state: 'disconnected', canceled: true }])
})
