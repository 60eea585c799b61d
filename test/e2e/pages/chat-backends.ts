/** Who tells the story of Adventure. */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'vitest'
import type { TestContext } from 'vitest'
import { open } from '../support.js'
import { choose, hear, replies, say } from './conversation.js'

describe.concurrent('the backends', () => {
  test('is told by the model of the server, where it has one', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await page.route('**/api/chat/info', (route) => route.fulfill({ json: { model: 'bard' } }))
    const chunks = [
      { choices: [{ delta: { content: 'I am Bard.' }, finish_reason: 'stop' }] },
      '[DONE]',
    ]
    await page.route('**/api/chat?lang=en', (route) => {
      const body = chunks.map(
        (chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`,
      )
      return route.fulfill({ contentType: 'text/event-stream', body: body.join('') })
    })
    await page.reload()
    await page.locator('.setup').getByText('The server’s model · OpenAI').waitFor()
    await hear(page, 'who are you', 'I am Bard.')
    expect(await page.locator('.readings').innerText()).toContain('bard')
    await choose(page, 'Who tells the story', 'playground')
    await hear(page, 'start', 'Mill yard')
  })

  test('says why a backend cannot be reached', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await page.route('http://localhost:11434/**', (route) => route.abort('connectionrefused'))
    await choose(page, 'Who tells the story', 'ollama')
    await say(page, 'start')
    const card = page.locator('.error-card')
    await card.waitFor()
    expect(await card.innerText()).toMatch(/localhost:11434[^]*network/)
    await page.getByText('No reply came: the backend could not be reached.').waitFor()
  })

  test('asks an OpenAI-compatible server by itself, with a key that is kept nowhere', async (context) => {
    const { expect } = context
    const model = await startModel(context)
    const page = await open(context, '/')
    await choose(page, 'Who tells the story', 'openai')
    await page.getByLabel('Base URL').fill(`${model.url}/v1/`)
    await page.getByLabel('Model', { exact: true }).fill('storyteller')
    await page.getByLabel('Key').fill('sk-typed-by-hand')
    await hear(page, 'start', 'You wake up')
    expect(model.asked).toMatchObject([
      {
        url: '/v1/chat/completions',
        headers: { authorization: 'Bearer sk-typed-by-hand' },
        body: { model: 'storyteller', messages: [{ role: 'system' }, { content: 'start' }] },
      },
    ])
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('sk-typed')
    await page.reload()
    await replies(page).getByText('You wake up').waitFor()
    await page.locator('.setup summary').click()
    expect(await page.getByLabel('Base URL').inputValue()).toBe(`${model.url}/v1/`)
    expect(await page.getByLabel('Key').inputValue()).toBe('')
  })
})

interface Asked {
  url: string | undefined
  headers: IncomingHttpHeaders
  body: unknown
}

/** An OpenAI-compatible server of another origin. */
async function startModel({
  onTestFinished,
}: TestContext): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const allowed = {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': '*, authorization',
    }
    if (request.method === 'OPTIONS') return void response.writeHead(204, allowed).end()
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      asked.push({ url: request.url, headers: request.headers, body: JSON.parse(text) })
      response.writeHead(200, { ...allowed, 'Content-Type': 'text/event-stream' })
      for (const content of ['You ', 'wake up.']) {
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
      }
      response.end('data: [DONE]\n\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
