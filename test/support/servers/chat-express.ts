import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate as pause } from 'node:timers/promises'
import express, { type Request, type Response } from 'express'
import type { StartedServer } from '../commands.js'
import { allowOrigin } from '../http.js'
import { replyTo, type SeenTurn } from './chat-replies.js'

/**
 * The tutorials' chat server: `POST /api/chat` with `{ messages }` answers with
 * `data: {"content":"…"}` … `data: [DONE]`. `?size=1` writes so many bytes at a time, `?cut=9` cuts
 * once, after so many; a message `wait` stops before its end until the page leaves.
 * `POST /api/cancel` is what a page calls for the model to stop, `GET /log` what the server knows.
 */
export default async function startChatServer(): Promise<StartedServer & { log: SeenTurn[] }> {
  const app = express()
  const log: SeenTurn[] = []
  app.use((request, response, next) => {
    allowOrigin(request, response)
    if (request.method === 'OPTIONS') response.end()
    else next()
  })
  app.use(express.json())
  app.post('/api/chat', (request, response) => answer(request, response, log))
  app.post('/api/cancel', (_, response) => {
    log.at(-1)!.canceled = true
    response.end()
  })
  app.get('/log', (_, response) => void response.json(log))

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function answer(
  { body, query }: Request,
  response: Response,
  log: SeenTurn[],
): Promise<void> {
  const { messages } = body as Pick<SeenTurn, 'messages'>
  const turn: SeenTurn = { messages, state: 'streaming', canceled: false }
  log.push(turn)
  response.on('close', () => {
    if (turn.state === 'streaming') turn.state = 'disconnected'
  })
  response.setHeader('Content-Type', 'text/event-stream')
  response.flushHeaders()

  const words = replyTo(messages).split(/(?<= )/)
  const deltas = words.map((content) => `data: ${JSON.stringify({ content })}\n\n`).join('')
  for (const piece of pieces(Buffer.from(deltas), query)) {
    response.write(piece)
    await pause()
  }
  if (messages.at(-1)!.content === 'wait') await once(response, 'close')
  if (turn.state !== 'streaming') return
  turn.state = 'done'
  response.end('data: [DONE]\n\n')
}

function* pieces(bytes: Buffer, { size, cut }: Request['query']): Generator<Buffer> {
  if (cut) {
    yield bytes.subarray(0, Number(cut))
    yield bytes.subarray(Number(cut))
    return
  }
  const step = Number(size ?? bytes.length)
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
}
