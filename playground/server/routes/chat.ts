/**
 * The game master: `POST /api/chat` streams a reply, from the embedded game or from a real model. A
 * reply goes on without its reader: its `Content-Location` serves the rest by GET, and DELETE stops it.
 */
import { readEvents } from 'brooklet/parser'
import type { DurableStream } from 'brooklet/server'
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ProviderError, providerFrom } from '../adventure/provider.js'
import type { ChatTurn, Provider } from '../adventure/provider.js'
import { pieces, tellReply } from '../adventure/tell.js'
import type { Services } from '../app.js'
import type { Environment } from '../environment.js'
import { languageFrom } from '../language.js'
import { limitBody, refuse } from '../streaming.js'
import type { Env } from '../streaming.js'

const maxMessages = 1000

type Reply = (stream: DurableStream) => Promise<void>

export function chatRoutes({ environment, notices, streams }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const provider = providerFrom(environment)

  app.get('/chat/info', (c) => c.json({ model: provider?.model ?? 'embedded' }))

  app.post('/chat', limitBody(2 ** 20), async (c) => {
    // Another site's page can post anything but this type without asking first.
    if (!c.req.header('Content-Type')?.startsWith('application/json')) {
      return refuse(c, 415, 'Send the messages as application/json')
    }
    const turn = readTurn(await c.req.json().catch(() => undefined))
    if (typeof turn === 'string') return refuse(c, 400, turn)
    if (said(turn).length === 1) notices.publish({ kind: 'adventure' })
    try {
      const reply = provider ? await ask(provider, turn, c.req.raw.signal) : tell(environment, turn)
      const id = crypto.randomUUID()
      await streams.start(`reply:${id}`, reply)
      return await follow(c, id)
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      return refuse(c, error.status as ContentfulStatusCode, error.message)
    }
  })

  app.get('/chat/replies/:id', (c) => follow(c, c.req.param('id')))

  app.delete('/chat/replies/:id', async (c) => {
    await streams.cancel(`reply:${c.req.param('id')}`)
    return c.body(null, 204)
  })

  function follow(c: Context<Env>, id: string): Promise<Response> {
    const url = `/api/chat/replies/${id}`
    return streams.response(c.req.raw, `reply:${id}`, { resumeUrl: url, cancelUrl: url })
  }

  return app
}

function tell(environment: Environment, turn: ChatTurn): Reply {
  const reply = pieces(tellReply(said(turn), turn.language))
  return async ({ send, signal }) => {
    for (const [index, content] of reply.entries()) {
      await send({ data: { content } })
      await environment.sleep(pause(environment.pacing.token, index), signal)
    }
    await send({ data: '[DONE]' })
  }
}

/** Uneven as a model's, and the same each time. */
function pause(token: number, index: number): number {
  return token * (1 + (((index * 7) % 5) - 2) / 6)
}

/** Once the model answers, only who stops the reply stops it; before, whoever leaves. */
async function ask(provider: Provider, turn: ChatTurn, client: AbortSignal): Promise<Reply> {
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  client.addEventListener('abort', stop)
  const answer = await provider
    .complete(turn, stopping.signal)
    .finally(() => client.removeEventListener('abort', stop))
  return async ({ send, signal }) => {
    signal.addEventListener('abort', stop)
    for await (const { type, data } of readEvents(answer)) await send({ event: type, data })
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
