/**
 * The game master. `POST /api/chat/PROTOCOL` streams a reply of the embedded game in that protocol;
 * `POST /api/chat` one of the real model, as it comes, or of the game in the tutorials'. A reply goes
 * on without its reader: its `Content-Location` serves the rest by GET, and DELETE stops it.
 */
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ProviderError, providerFrom } from '../adventure/provider.js'
import { asText } from '../chat/as-text.js'
import { gameTeller } from '../chat/game-teller.js'
import type { Teller } from '../chat/game-teller.js'
import type { Json } from '../chat/json.js'
import { modelTeller, readTurn } from '../chat/model-teller.js'
import { protocolNamed } from '../chat/protocols.js'
import { tutorial } from '../chat/tutorial.js'
import { languageFrom } from '../language.js'
import type { Services } from '../services.js'
import { limitBody, refuse } from '../streaming.js'
import type { Env } from '../streaming.js'

const maxMessages = 1000
/** With an attachment or two. */
const maxSize = 4 * 2 ** 20

export function chatRoutes({ environment, notices, streams }: Services): Hono<Env> {
  const app = new Hono<Env>()
  const provider = providerFrom(environment)

  app.get('/chat/info', (c) => c.json({ model: provider?.model ?? 'embedded' }))

  app.post('/chat', limitBody(maxSize), async (c) => {
    if (!provider) return tellIn(c, 'tutorial')
    const body = await bodyOf(c)
    if (body instanceof Response) return body
    const turn = readTurn(body, languageFrom(c.req.query('lang')), maxMessages)
    if (typeof turn === 'string') return refuse(c, 400, turn)
    try {
      return await begin(c, await modelTeller(provider, turn, c.req.raw.signal), 'openaiChat')
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      return refuse(c, error.status as ContentfulStatusCode, error.message)
    }
  })

  app.post('/chat/:protocol', limitBody(maxSize), (c) => tellIn(c, c.req.param('protocol')))

  app.get('/chat/replies/:id', (c) => follow(c, c.req.param('id')))

  app.delete('/chat/replies/:id', async (c) => {
    await streams.cancel(`reply:${c.req.param('id')}`)
    return c.body(null, 204)
  })

  async function tellIn(c: Context<Env>, name: string): Promise<Response> {
    const protocol = protocolNamed(name)
    if (!protocol) return c.notFound()
    const body = await bodyOf(c)
    if (body instanceof Response) return body
    const heard = protocol.read(body)
    const last = heard.turns.at(-1)
    if (!last || (last.said === '' && last.files === 0)) {
      return refuse(c, 400, 'Expected a message of the player')
    }
    if (heard.turns.length > maxMessages) return refuse(c, 400, `More than ${maxMessages} messages`)
    if (heard.turns.length === 1) notices.publish({ kind: 'adventure' })
    const language = languageFrom(c.req.query('lang'))
    return begin(c, gameTeller(environment, protocol, heard, language), name)
  }

  async function begin(c: Context<Env>, teller: Teller, protocol: string): Promise<Response> {
    const id = crypto.randomUUID()
    await streams.start(`reply:${id}`, (stream) => teller({ ...stream, id }), { meta: protocol })
    return follow(c, id)
  }

  async function follow(c: Context<Env>, id: string): Promise<Response> {
    const name = (await streams.status(`reply:${id}`))?.meta
    const { format, headers, isUnmarked } = protocolNamed(String(name)) ?? tutorial
    const url = `/api/chat/replies/${id}`
    const response = await streams.response(c.req.raw, `reply:${id}`, {
      ...(isUnmarked ? {} : { resumeUrl: url }),
      cancelUrl: url,
      headers,
      format: format === 'ndjson' ? 'ndjson' : 'sse',
    })
    return format === 'text' && response.status === 200 ? asText(response) : response
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
