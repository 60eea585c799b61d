/**
 * The game master: `POST /api/chat` streams a reply, from the embedded game or from a real model. A
 * reply of the embedded game can be resumed where it was cut: its `Content-Location` serves the rest.
 */
import { Hono } from 'hono'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { SSEStreamingApi } from 'hono/streaming'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ProviderError, providerFrom } from '../adventure/provider.js'
import type { ChatTurn, Provider } from '../adventure/provider.js'
import { pieces, tellReply } from '../adventure/tell.js'
import { BoundedMap } from '../bounded.js'
import type { Services } from '../app.js'
import type { Environment } from '../environment.js'
import { languageFrom } from '../language.js'
import {
  clientSignal,
  cutConnection,
  lastEventId,
  limitBody,
  numberFrom,
  refuse,
} from '../streaming.js'
import type { Env } from '../streaming.js'

const maxMessages = 1000

export function chatRoutes({ environment, notices }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const provider = providerFrom(environment)
  const replies = new BoundedMap<string, readonly string[]>(100)

  app.get('/chat/info', (c) => c.json({ model: provider?.model ?? 'embedded' }))

  app.post('/chat', limitBody(2 ** 20), async (c) => {
    // Another site's page can post anything but this type without asking first.
    if (!c.req.header('Content-Type')?.startsWith('application/json')) {
      return refuse(c, 415, 'Send the messages as application/json')
    }
    const turn = readTurn(await c.req.json().catch(() => undefined))
    if (typeof turn === 'string') return refuse(c, 400, turn)
    if (said(turn).length === 1) notices.publish({ kind: 'adventure' })
    if (provider) return proxy(c, provider, turn)
    const reply = pieces(tellReply(said(turn), turn.language))
    const id = crypto.randomUUID()
    replies.set(id, reply)
    c.header('Content-Location', `/api/chat/replies/${id}`)
    const cut = numberFrom(c, 'cut', Infinity, [0, Infinity])
    return streamSSE(c, (stream) => send(environment, c, stream, reply, { from: 0, cut }))
  })

  app.get('/chat/replies/:id', (c) => {
    const reply = replies.get(c.req.param('id'))
    if (!reply) return refuse(c, 404, 'This reply is no longer remembered')
    const from = lastEventId(c) ?? 0
    return streamSSE(c, (stream) => send(environment, c, stream, reply, { from, cut: Infinity }))
  })

  return app
}

async function send(
  environment: Environment,
  c: Context<Env>,
  stream: SSEStreamingApi,
  reply: readonly string[],
  { from, cut }: { from: number; cut: number },
): Promise<void> {
  const signal = clientSignal(stream)
  for (let index = from; index < reply.length && !signal.aborted; index++) {
    if (index >= cut) return cutMidEvent(c, stream, reply[index]!)
    await stream.writeSSE({ id: `${index + 1}`, data: JSON.stringify({ content: reply[index] }) })
    await environment.sleep(pause(environment.pacing.token, index), signal)
  }
  if (!signal.aborted) await stream.writeSSE({ id: `${reply.length + 1}`, data: '[DONE]' })
}

async function cutMidEvent(c: Context<Env>, stream: SSEStreamingApi, piece: string): Promise<void> {
  await stream.write(`data: {"content":${JSON.stringify(piece).slice(0, 2)}`)
  await cutConnection(c, stream)
}

/** Uneven as a model's, and the same each time. */
function pause(token: number, index: number): number {
  return token * (1 + (((index * 7) % 5) - 2) / 6)
}

async function proxy(c: Context<Env>, provider: Provider, turn: ChatTurn): Promise<Response> {
  // Once the answer is there, a client that leaves cancels its body.
  const waiting = new AbortController()
  const leave = (): void => waiting.abort()
  c.req.raw.signal.addEventListener('abort', leave)
  try {
    const upstream = await provider.complete(turn, waiting.signal)
    return new Response(upstream.body, { headers: { 'Content-Type': 'text/event-stream' } })
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return refuse(c, error.status as ContentfulStatusCode, error.message)
  } finally {
    c.req.raw.signal.removeEventListener('abort', leave)
  }
}

function said(turn: ChatTurn): string[] {
  return turn.messages.filter(({ role }) => role === 'user').map(({ content }) => content)
}

/** The turn, or what is wrong with it. */
function readTurn(body: unknown): ChatTurn | string {
  const { messages, lang } = (body ?? {}) as { messages?: unknown; lang?: unknown }
  if (!Array.isArray(messages)) return 'Expected { "messages": [{ "role", "content" }] }'
  if (messages.length > maxMessages) return `More than ${maxMessages} messages`
  if (!messages.every(isMessage)) return 'Each message needs a role and a content, both strings'
  const plain = messages.map(({ role, content }) => ({ role, content }))
  return { messages: plain, language: languageFrom(lang) }
}

function isMessage(value: unknown): value is ChatTurn['messages'][number] {
  const { role, content } = (value ?? {}) as { role?: unknown; content?: unknown }
  return typeof role === 'string' && typeof content === 'string'
}
