/** The chat of Adventure: protocols, backends, tools, and what else can be done with a conversation. */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'vitest'
import type { TestContext } from 'vitest'
import { open, trickle } from '../support.js'
import { choose, hear, isQuiet, replies, say } from './conversation.js'

/** A game in the middle of its first reply, which trickles until it is told to flow. */
async function openMidReply(context: TestContext) {
  const page = await open(context, '/')
  const flow = await trickle(page)
  await say(page, 'Begin the story')
  await page.locator('.message[data-status=streaming]').waitFor()
  return { page, flow }
}

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

  test('lets a message wait, be taken away, be said otherwise, and keeps it all', async (context) => {
    const { expect } = context
    const { page, flow } = await openMidReply(context)
    for (const said of ['go east', 'go west']) await say(page, said)
    await page.getByRole('button', { name: 'Do not say “go west”' }).click()
    await flow()
    await replies(page).getByText('Flour dust').waitFor()
    await isQuiet(page)
    expect(await page.locator('.message').count()).toBe(4)

    const asked = page.locator('.message[data-role=user]').last()
    await asked.hover()
    await asked.getByRole('button', { name: 'Edit' }).click()
    await page.getByRole('textbox', { name: 'Edit' }).fill('go west')
    await page.keyboard.press('Enter')
    await replies(page).getByText('Beans, bees').waitFor()
    await isQuiet(page)
    await page.reload()
    await replies(page).getByText('Beans, bees').waitFor()
    expect(await asked.getByText('2/2').count()).toBe(1)
    await asked.getByRole('button', { name: 'Previous version' }).click()
    await replies(page).getByText('Flour dust').waitFor()
    expect(await replies(page).getByText('Beans, bees').count()).toBe(0)
  })

  test('interrupts a reply, and takes back what was said', async (context) => {
    const { expect } = context
    const { page, flow } = await openMidReply(context)
    await say(page, 'go east')
    await page.getByRole('button', { name: 'Interrupt, and say “go east” now' }).click()
    await page.locator('.message[data-status=stopped]').waitFor()
    await flow()
    await replies(page).getByText('Flour dust').waitFor()
    await isQuiet(page)
    await hear(page, 'go up', 'Sacks, cobwebs')

    const asked = page.locator('.message[data-role=user]')
    await asked.nth(1).hover()
    await asked.nth(1).getByRole('button', { name: 'Take it back' }).click()
    expect(await asked.allInnerTexts()).toEqual([
      expect.stringContaining('Begin the story'),
      expect.stringContaining('go up'),
    ])
    expect(await replies(page).count()).toBe(2)
    await hear(page, 'look', 'Mill yard')
  })

  test('fetches the rest of a reply when it is asked to', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await page.route('**/api/chat/replies/*', (route) => route.fulfill({ status: 404, body: '{}' }))
    const flow = await trickle(page)
    await say(page, 'Begin the story')
    await replies(page).getByText('remembers').waitFor()
    await page.getByRole('button', { name: 'Cut the wire' }).click()
    await replies(page).getByText('The connection was lost before').waitFor()
    await flow()
    await page.unroute('**/api/chat/replies/*')
    await page.getByRole('button', { name: 'Fetch the rest' }).click()
    await replies(page).getByText('(turn 0 ·').waitFor()
    expect(await replies(page).getByText('remembers').count()).toBe(1)
    expect(await page.locator('.error-card').count()).toBe(0)
  })

  test('goes on with a game that is not shown, and forgets one', async (context) => {
    const { expect } = context
    const { page, flow } = await openMidReply(context)
    await say(page, 'go east')
    await page.getByRole('button', { name: 'New game' }).click()
    expect(await page.locator('.message').count()).toBe(0)
    const options = page.getByLabel('Games').locator('option')
    expect(await options.allInnerTexts()).toEqual(['Game 1 …', 'Game 2'])
    await flow()
    await hear(page, 'go west', 'Beans, bees')
    await page.getByLabel('Games').selectOption('1')
    await replies(page).getByText('Flour dust').waitFor()
    await isQuiet(page)
    expect(await replies(page).count()).toBe(2)
    expect(await replies(page).getByText('Beans, bees').count()).toBe(0)
    await page.locator('.setup summary').click()
    await page.getByRole('button', { name: 'Forget this game' }).click()
    await page.getByRole('button', { name: 'Forget it for good?' }).click()
    await replies(page).getByText('Beans, bees').waitFor()
    expect(await page.getByLabel('Games').count()).toBe(0)
  })

  test('has the same games in a second tab, which begins one of its own', async (context) => {
    const { expect } = context
    const page = await open(context, '/')
    await hear(page, 'look', '(turn 0 ·')
    const second = await page.context().newPage()
    await second.goto(page.url())
    await page.getByRole('button', { name: 'New game' }).click()
    await hear(page, 'go east', 'Flour dust')
    expect(await second.getByLabel('Games').locator('option').count()).toBe(2)
    await second.getByRole('button', { name: 'New game' }).click()
    expect(await second.locator('.message').count()).toBe(0)
    await hear(second, 'go west', 'Beans, bees')
    expect(await page.getByText('Beans, bees').count()).toBe(0)
    expect(await page.getByLabel('Games').locator('option').count()).toBe(3)
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
