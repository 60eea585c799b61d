/** The chat of Adventure: protocols, backends, tools, files, and an object. */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'vitest'
import type { TestContext } from 'vitest'
import { open } from '../support.js'
import { choose, hear, isQuiet, replies, say } from './conversation.js'

describe.concurrent('the chat', () => {
  test('runs the tools of the page, and asks where that is not for it to say', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await choose(page, 'Protocol', 'anthropic')
    await hear(page, 'Begin the story', 'Mill yard')
    await hear(page, 'listen', 'it strikes')
    const hour = new Date().getHours() % 12 || 12
    expect(await replies(page).last().innerText()).toContain(`it strikes ${hour}.`)
    expect(await page.locator('.tool-call').innerText()).toContain(`local_time({}) → {"hour":`)

    await say(page, 'restart')
    await page.getByText('1 turn and 0 points would be lost').waitFor()
    expect(await page.getByRole('status').innerText()).toContain('waits for your answer')
    await page.getByPlaceholder('Why not?').fill('I have only begun')
    await page.keyboard.press('Enter')
    await replies(page)
      .getByText('Then the story goes on where it was. (“I have only begun”)')
      .waitFor()
    await isQuiet(page)

    // The question is still there for who comes back.
    await say(page, 'restart')
    await page.getByRole('button', { name: 'Allow' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Allow' }).click()
    await replies(page).getByText('The morning begins again.').waitFor()
  })

  test('shows what is thought, and what was looked up', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await hear(page, 'Begin the story', 'Mill yard')
    await page.getByText('Thoughts').click()
    await page.getByText('The player wants: start. Turn 0').waitFor()
    const link = page.getByRole('link', { name: 'Water wheel' })
    expect(await link.getAttribute('href')).toBe('https://en.wikipedia.org/wiki/Water_wheel')
  })

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

  test('shows a file that goes along, where the wire has a place for it', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    const attach = page.getByLabel('Show a file')
    const dot = {
      name: 'dot.gif',
      mimeType: 'image/gif',
      buffer: Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAAC', 'base64'),
    }
    await attach.setInputFiles({ ...dot, buffer: Buffer.alloc(2 ** 20 + 1) })
    await page.getByRole('alert').getByText('at most 1 MiB').waitFor()
    await attach.setInputFiles(dot)
    await hear(page, 'look', 'what you have brought (1)')
    expect(await page.locator('.message').getByRole('img', { name: 'dot.gif' }).count()).toBe(1)
    await choose(page, 'Protocol', 'text')
    expect(await attach.isDisabled()).toBe(true)
  })

  test('writes the character sheet as it comes, and checks it', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await hear(page, 'go east', 'Flour dust')
    await hear(page, 'take matches', 'You take')
    const sheet = page.getByRole('region', { name: 'Character sheet' })
    await sheet.getByRole('button', { name: 'Write it' }).click()
    await sheet.getByText('Checked against its schema.').waitFor()
    expect((await sheet.locator('dd').allInnerTexts()).slice(0, 4)).toEqual([
      'Mill',
      'matches',
      '–',
      '2',
    ])
    expect(await page.locator('.message').count()).toBe(4)
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
