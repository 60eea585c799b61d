/**
 * The servers of the documents run as they are copied: that of the README serves all three hooks, and at
 * each of "Resumable streams", a reply that was cut is resumed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readEvents, type StreamEvent } from '../../src/formats/index.js'
import { createChat, createEventStream, createTaskManager } from '../../src/stores/index.js'
import type { Task } from '../../src/stores/index.js'
import { freePort } from '../support/free-port.js'
import { codeOf, fences, nameOf, root } from './markdown.js'

const folder = join(root, 'node_modules/.cache/docs-servers', `${process.pid}`)
const examples = fences('docs/resumable-streams.md')

/** By what each server of the page is found, and for one that does not listen itself, its `fetch`. */
const servers: [name: string, mark: string, fetch?: string][] = [
  ['Hono', `from 'hono'`, 'server.default.fetch'],
  ['Express 5', `from 'express'`],
  ['Fastify', `from 'fastify'`],
  ['Next.js', 'chat as GET', '(request) => server[request.method](request)'],
  ['Node http', `from 'node:http'`],
]

function exampleWith(mark: string): string {
  const found = examples.filter(({ code }) => code.includes(mark))
  expect(found).toHaveLength(1)
  return found[0]!.code
}

/** Next to the one that was copied: mounts it on a port of Node's. */
const mount = (fetch: string): string => `
import { createServer } from 'node:http'
import { nodeHandler } from 'brooklet/server'
import * as server from './server.ts'
createServer(nodeHandler(${fetch})).listen(3000)
`

async function write(file: string, code: string): Promise<void> {
  const sources = join(root, 'src/server/index.ts')
  await writeFile(join(folder, file), code.replaceAll(`'brooklet/server'`, `'${sources}'`))
}

/** Starts what was written, on a port of its own; resolves to its origin. */
async function start(script: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(folder, script)], { cwd: root })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  let complaints = ''
  child.stderr.on('data', (text) => (complaints += text))
  const origin = `http://localhost:${script.replace(/\D/g, '')}`
  const isListening = () => fetch(origin).then(Boolean, () => child.exitCode === null && false)
  await expect.poll(isListening, { timeout: 20_000, message: complaints }).toBe(true)
  return origin
}

beforeAll(async () => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await write('api.ts', examples.find((fence) => nameOf(fence) === 'api.ts')!.code)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(servers)(
  '%s',
  async (_, mark, fetchIn) => {
    const port = `${await freePort()}`
    const onPort = (code: string) => code.replace('3000', port)
    await write(fetchIn ? 'server.ts' : `${port}.ts`, onPort(exampleWith(mark)))
    if (fetchIn) await write(`${port}.ts`, onPort(mount(fetchIn)))
    const url = `${await start(`${port}.ts`)}/api/chat`

    const reply = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"messages":[{"role":"user","content":"a b c"}]}',
    })
    const [first] = await eventsOf(reply, 1)
    const rest = await fetch(new URL(reply.headers.get('content-location')!, url), {
      headers: { 'last-event-id': first!.lastEventId },
    })
    const events = [first!, ...(await eventsOf(rest))]
    expect(events.map(({ data }) => data)).toEqual([
      ...['You', ' said:', ' a', ' b', ' c'].map((content) => JSON.stringify({ content })),
      '[DONE]',
    ])
    const stop = new URL(reply.headers.get('brooklet-cancel')!, url)
    expect((await fetch(stop, { method: 'DELETE' })).status).toBe(204)
  },
  30_000,
)

test('the server of the README', async () => {
  const port = `${await freePort()}`
  const [server] = codeOf('README.md').filter((code) => code.includes('app.listen(3000)'))
  await write(`${port}.ts`, server!.replace('3000', port))
  const origin = await start(`${port}.ts`)

  const chat = createChat({ url: `${origin}/api/chat` })
  await expect(chat.sendMessage('What do I see?')).resolves.toBe('The brook has run dry.')
  expect(chat.getSnapshot().reply?.status).toBe('complete')

  const done = await new Promise<Task>((onTaskDone) => {
    createTaskManager({ url: `${origin}/api/generate`, onTaskDone }).startTask('a jig')
  })
  expect(done.result).toEqual({ url: '/tune.wav' })

  const event = await new Promise<StreamEvent>((onEvent) => {
    const prices = createEventStream(`${origin}/api/prices`, { lastEventId: '7', onEvent })
    prices.open()
    onTestFinished(prices.close)
  })
  expect(event).toMatchObject({ data: '{"symbol":"ACME","value":8}', lastEventId: '8' })
}, 30_000)

test('the Chinese page has the same servers', () => {
  const translated = codeOf('docs/zh-CN/resumable-streams.md')
  expect(translated).toEqual(codeOf('docs/resumable-streams.md'))
})

/** The first events, or all; then the page has left. */
async function eventsOf(response: Response, count = Infinity): Promise<StreamEvent[]> {
  const events: StreamEvent[] = []
  for await (const event of readEvents(response)) if (events.push(event) >= count) break
  return events
}
