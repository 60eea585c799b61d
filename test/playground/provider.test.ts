import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../playground/server/app.js'
import { eventsOf, hurried, listen, post } from './support.js'

const key = 'sk-secret-of-the-server'
const chat = post({ messages: [{ role: 'user', content: 'go north' }] })

describe('a real model as game master', () => {
  test('its stream goes through; the key and the system prompt are added here', async () => {
    let seen: { headers: IncomingMessage['headers']; body: string; url?: string } | undefined
    const chunks = ['{"choices":[{"delta":{"content":"You "}}]}', '{"choices":[]}', '[DONE]']
    const url = await playgroundBefore(async (request, response) => {
      seen = { headers: request.headers, body: await bodyOf(request), url: request.url }
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.end(chunks.map((data) => `data: ${data}\n\n`).join(''))
    })
    const events = await eventsOf(await fetch(`${url}/api/chat?lang=zh`, chat))
    expect(events.map(({ data }) => data)).toEqual(chunks)
    expect(seen?.url).toBe('/v1/chat/completions')
    expect(seen?.headers.authorization).toBe(`Bearer ${key}`)
    const sent = JSON.parse(seen!.body) as { messages: { role: string; content: string }[] }
    expect(sent).toMatchObject({ model: 'storyteller', stream: true })
    expect(sent.messages.map(({ role }) => role)).toEqual(['system', 'user'])
    expect(sent.messages[0]!.content).toContain('Chinese')
    expect(await (await fetch(`${url}/api/chat/info`)).json()).toEqual({ model: 'storyteller' })
  })

  test('gets the tools of the page, and what they gave', async () => {
    let sent: unknown
    const url = await playgroundBefore(async (request, response) => {
      sent = JSON.parse(await bodyOf(request))
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.end('data: [DONE]\n\n')
    })
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'listen' }] },
      { role: 'assistant', tool_calls: [{ id: 'call_1' }] },
      { role: 'tool', tool_call_id: 'call_1', content: '{"hour":11}' },
    ]
    const tools = [{ type: 'function', function: { name: 'local_time' } }]
    await eventsOf(await fetch(`${url}/api/chat`, post({ messages, tools })))
    expect(sent).toMatchObject({ messages: [{ role: 'system' }, ...messages], tools })
  })

  test('its refusal comes with its status and words, without the key', async () => {
    const url = await playgroundBefore((_, response) => {
      response.writeHead(401, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ error: { message: `Incorrect API key: ${key}` } }))
    })
    const response = await fetch(`${url}/api/chat`, chat)
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ error: { message: 'Incorrect API key: …' } })
  })

  test.each([
    ['a page', 'text/html', '<p>hello'],
    ['a whole reply', 'application/json', '{}'],
  ])('%s instead of a stream is a 502', async (_, type, body) => {
    const url = await playgroundBefore((_request, response) => {
      response.writeHead(200, { 'Content-Type': type })
      response.end(body)
    })
    const response = await fetch(`${url}/api/chat`, chat)
    expect(response.status).toBe(502)
    expect(await response.text()).toContain(type)
  })

  test('a server that cannot be reached is a 502 that names its host only', async () => {
    const app = createApp(
      hurried({
        variables: { OPENAI_BASE_URL: 'http://user:pass@127.0.0.1:1/v1', OPENAI_API_KEY: key },
      }),
    )
    const response = await app.request('/api/chat', chat)
    expect(response.status).toBe(502)
    const text = await response.text()
    expect(text).toContain('127.0.0.1:1')
    expect(text).not.toMatch(/pass|secret/)
  })

  test('goes on when the client leaves, and stops when it is told to', async () => {
    let isRead = true
    let answer!: ServerResponse
    const url = await playgroundBefore((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.write('data: {"choices":[{"delta":{"content":"You "}}]}\n\n')
      response.on('close', () => (isRead = false))
      answer = response
    })
    const response = await fetch(`${url}/api/chat`, chat)
    const place = `${url}${response.headers.get('Content-Location')}`
    await eventsOf(response, () => true)
    answer.write('data: {"choices":[{"delta":{"content":"go"}}]}\n\n')
    const events = await eventsOf(await fetch(place), (_, count) => count === 2)
    expect(events[1]!.data).toContain('go')
    expect(isRead).toBe(true)
    await fetch(place, { method: 'DELETE' })
    await expect.poll(() => isRead).toBe(false)
  })

  test('is not asked on for a client that left before it answered', async () => {
    let state = 'none'
    const url = await playgroundBefore((_, response) => {
      state = 'asked'
      response.on('close', () => (state = 'left'))
    })
    const leaving = new AbortController()
    const response = fetch(`${url}/api/chat`, { ...chat, signal: leaving.signal })
    response.catch(() => {})
    await expect.poll(() => state).toBe('asked')
    leaving.abort()
    await expect.poll(() => state).toBe('left')
  })
})

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** A model server that answers so, and the playground before it. */
async function playgroundBefore(handler: Handler): Promise<string> {
  const model = createServer((request, response) => void handler(request, response))
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    model.closeAllConnections()
    model.close()
  })
  const { port } = model.address() as AddressInfo
  return listen(
    createApp({
      variables: {
        OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1/`,
        OPENAI_API_KEY: key,
        OPENAI_MODEL: 'storyteller',
      },
    }),
  )
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
