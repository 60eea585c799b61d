/**
 * The game master. `POST /api/chat/FORMAT` streams a reply of the embedded game in that wire format;
 * `POST /api/chat` one of the real model, as it comes, or of the game in the tutorials' format. A
 * reply goes on without its reader: its `Content-Location` serves the rest by GET, and DELETE stops it.
 */
import { readEvents } from 'brooklet/parser'
import type { DurableStream } from 'brooklet/server'
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ProviderError, providerFrom } from '../adventure/provider.js'
import type { ChatTurn, Provider } from '../adventure/provider.js'
import { asText } from '../chat/as-text.js'
import { compose } from '../chat/compose.js'
import { formatNamed } from '../chat/formats.js'
import type { Heard } from '../chat/hear.js'
import { list } from '../chat/json.js'
import type { Json } from '../chat/json.js'
import { tutorial } from '../chat/tutorial.js'
import type { WireFormat } from '../chat/wire-format.js'
import type { Environment } from '../environment.js'
import { languageFrom } from '../language.js'
import type { Language } from '../language.js'
import type { Services } from '../services.js'
import { limitBody, refuse } from '../streaming.js'
import type { Env } from '../streaming.js'

const maxMessages = 1000
/** With an attachment or two. */
const maxSize = 4 * 2 ** 20

type Reply = (stream: DurableStream) => Promise<void>

export function chatRoutes({ environment, notices, streams }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const provider = providerFrom(environment)

  app.get('/chat/info', (c) => c.json({ model: provider?.model ?? 'embedded' }))

  app.post('/chat', limitBody(maxSize), async (c) => {
    if (!provider) return tellIn(c, tutorial)
    const body = await bodyOf(c)
    if (body instanceof Response) return body
    const turn = readTurn(body, languageFrom(c.req.query('lang')))
    if (typeof turn === 'string') return refuse(c, 400, turn)
    try {
      return await begin(c, await ask(provider, turn, c.req.raw.signal))
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      return refuse(c, error.status as ContentfulStatusCode, error.message)
    }
  })

  app.post('/chat/:format', limitBody(maxSize), (c) => {
    const format = formatNamed(c.req.param('format'))
    return format ? tellIn(c, format, c.req.param('format')) : c.notFound()
  })

  app.get('/chat/replies/:id', (c) => follow(c, c.req.param('id')))

  app.delete('/chat/replies/:id', async (c) => {
    await streams.cancel(`reply:${c.req.param('id')}`)
    return c.body(null, 204)
  })

  async function tellIn(c: Context<Env>, format: WireFormat, name?: string): Promise<Response> {
    const body = await bodyOf(c)
    if (body instanceof Response) return body
    const heard = format.read(body)
    const last = heard.turns.at(-1)
    if (!last || (last.said === '' && last.files === 0)) {
      return refuse(c, 400, 'Expected a message of the player')
    }
    if (heard.turns.length > maxMessages) return refuse(c, 400, `More than ${maxMessages} messages`)
    if (heard.turns.length === 1) notices.publish({ kind: 'adventure' })
    const language = languageFrom(c.req.query('lang'))
    return begin(c, tell(environment, format, heard, language), name)
  }

  async function begin(c: Context<Env>, reply: Reply, format?: string): Promise<Response> {
    const id = crypto.randomUUID()
    await streams.start(`reply:${id}`, reply, { meta: format })
    return follow(c, id)
  }

  async function follow(c: Context<Env>, id: string): Promise<Response> {
    const name = (await streams.status(`reply:${id}`))?.meta
    const { framing, headers, isUnmarked } = formatNamed(String(name)) ?? tutorial
    const url = `/api/chat/replies/${id}`
    const response = await streams.response(c.req.raw, `reply:${id}`, {
      ...(isUnmarked ? {} : { resumeUrl: url }),
      cancelUrl: url,
      headers,
      format: framing === 'ndjson' ? 'ndjson' : 'sse',
    })
    return framing === 'text' && response.status === 200 ? asText(response) : response
  }

  return app
}

/** The body as JSON, or why it is refused. */
async function bodyOf(c: Context<Env>): Promise<Json | Response> {
  // Another site's page can post anything but this type without asking first.
  if (!c.req.header('Content-Type')?.startsWith('application/json')) {
    return refuse(c, 415, 'Send the messages as application/json')
  }
  const body = (await c.req.json().catch(() => undefined)) as Json
  return body ?? refuse(c, 400, 'Expected JSON')
}

function tell(
  environment: Environment,
  format: WireFormat,
  heard: Heard,
  language: Language | undefined,
): Reply {
  return async ({ id, send, signal }) => {
    const frames = format.write(compose(heard, id.replace('reply:', ''), language), heard)
    let index = 0
    for (const frame of frames) {
      await send(frame)
      await environment.sleep(pause(environment.pacing.token, index++), signal)
    }
  }
}

/** Uneven as a model's, and the same each time. */
function pause(token: number, index: number): number {
  return token * (1 + (((index * 7) % 5) - 2) / 6)
}

/** Until the model answers, leaving the page stops it; from then on, only stopping the reply does. */
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

/** What goes on to the model, or what is wrong with it. */
function readTurn(body: Json, language: Language | undefined): ChatTurn | string {
  const messages = list(body?.messages)
  if (messages.length === 0) return 'Expected { "messages": [{ "role", "content" }] }'
  if (messages.length > maxMessages) return `More than ${maxMessages} messages`
  if (!messages.every(isMessage))
    return 'Each message needs a role, and a content or calls of tools'
  const tools = list(body?.tools) as object[]
  return { messages, language, ...(tools.length > 0 && { tools }) }
}

function isMessage(message: Json): message is NonNullable<Json> {
  return Boolean(message?.role && (message.content ?? message.tool_calls) !== undefined)
}
