// Runs in Node, Bun and Deno: serves with `brooklet/server`, reads with `brooklet/core`, prints what came.
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import { createChat, createEventStream, createTaskManager } from 'brooklet/core'
import {
  chatHandler,
  createStreams,
  eventStreamResponse,
  nodeHandler,
  taskHandler,
} from 'brooklet/server'

type Handler = (request: Request) => Response | Promise<Response>

interface Globals {
  Bun?: { serve(options: { port: 0; fetch: Handler }): { port: number } }
  Deno?: {
    serve(options: { port: 0; onListen(): void }, handler: Handler): { addr: { port: number } }
  }
}

async function serve(handler: Handler): Promise<number> {
  const { Bun, Deno } = globalThis as Globals
  if (Bun) return Bun.serve({ port: 0, fetch: handler }).port
  if (Deno) return Deno.serve({ port: 0, onListen() {} }, handler).addr.port
  const server = createServer(nodeHandler(handler))
  await new Promise<void>((resolve) => server.listen(0, resolve))
  return (server.address() as AddressInfo).port
}

const streams = createStreams()
const macrotask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
let onStopped: () => void
const stopped = new Promise<void>((resolve) => (onStopped = resolve))

const chat = chatHandler({
  streams,
  async *reply({ messages, signal }) {
    signal.addEventListener('abort', () => onStopped())
    const question = messages.at(-1)?.content
    if (question === 'on and on') yield* endless(signal)
    for (const character of `你说：${question}😀`) yield character
  },
})

async function* endless(signal: AbortSignal): AsyncGenerator<string> {
  for (let count = 0; !signal.aborted; count++) {
    await macrotask()
    yield `${count} `
  }
}

const generate = taskHandler({
  streams,
  async run({ prompt, progress }) {
    for (let percent = 0; percent < 100; percent += 20) await progress(percent)
    return prompt.toUpperCase()
  },
})

let cuts = 0
/** Ten ticks, cut off twice. */
const ticks: Handler = (request) =>
  eventStreamResponse(request, async (stream) => {
    for (let id = Number(stream.lastEventId) + 1; id <= 10; id++) {
      await stream.send({ id: `${id}`, data: { id } })
      if (id % 4 === 0 && cuts++ < 2) return
    }
    await stream.send({ event: 'end', data: '' })
  })

const port = await serve((request) => {
  const { pathname } = new URL(request.url)
  if (pathname === '/chat') return chat(request)
  return pathname === '/generate' ? generate(request) : ticks(request)
})
const base = `http://localhost:${port}`

async function readTicks(): Promise<number[]> {
  const ids: number[] = []
  await new Promise<void>((resolve) => {
    createEventStream<{ id: number }>(`${base}/ticks`, {
      parse: 'json',
      closeOn: 'end',
      retry: { minDelay: 10 },
      onEvent: (_event, { id }) => ids.push(id),
      onClose: resolve,
    }).open()
  })
  return ids
}

async function stopReply(): Promise<string> {
  const conversation = createChat({ url: `${base}/chat` })
  conversation.subscribe(() => {
    if (conversation.getSnapshot().streamingContent !== '') conversation.stop()
  })
  await conversation.sendMessage('on and on')
  await stopped
  return conversation.getSnapshot().messages.at(-1)!.status
}

async function runTasks(): Promise<unknown[]> {
  const manager = createTaskManager<string>({ url: `${base}/generate`, concurrency: 2 })
  for (const prompt of ['a', 'b', 'c']) manager.startTask(prompt)
  await new Promise<void>((resolve) => {
    manager.subscribe(() => manager.getSnapshot().progress === 100 && resolve())
  })
  return [...manager.getSnapshot().tasks.values()].map(({ result }) => result)
}

const report = {
  ticks: await readTicks(),
  reply: await createChat({ url: `${base}/chat` }).sendMessage('hello'),
  stopped: await stopReply(),
  tasks: await runTasks(),
}
console.log(JSON.stringify(report))
process.exit()
