/** What `chatHandler` and `taskHandler` are made of. */
import { checkRequest } from './check-request.js'
import { noContent, refusal, unavailable, unknownStream } from './refusal.js'
import type { StreamInfo } from './store/stream-store.js'
import { createStreams, type Streams } from './streams.js'

/** Whose streams a handler serves. */
export interface OwnerOption {
  /**
   * Returns whose request it is, such as the id of the session's user. Each owner sees only their own
   * streams, and two owners can use the same id. Default: all requests have the same owner. Requests
   * that nobody may make have to be refused before they reach the handler.
   */
  owner?: ((request: Request) => string | Promise<string>) | undefined
}

/** The streams of a request's owner. Their ids here have no prefix for the route and the owner. */
export interface OwnStreams {
  start: Streams['start']
  /** The stream's events, which are resumed and canceled at the request's URL with the id. */
  follow(id: string): Promise<Response>
  /** 204 if it has ended, now or before. */
  cancel(id: string): Promise<Response>
  list(): Promise<StreamInfo[]>
}

interface Route extends OwnerOption {
  /** What its ids in the store begin with, so that routes can share a store. */
  kind: string
  /** The query parameter that names one stream. */
  parameter: string
  streams?: Streams | undefined
  post(request: Request, own: OwnStreams, body: Record<string, unknown>): Promise<Response>
  /** The id is `''` if the URL names none. */
  get(request: Request, own: OwnStreams, id: string): Promise<Response>
}

/** A handler of the streams of one kind: POST and GET as given, and DELETE cancels one. */
export function createRoute(route: Route): (request: Request) => Promise<Response> {
  const { kind, parameter, streams = createStreams(), owner, post, get } = route

  function ownStreams(request: Request, prefix: string): OwnStreams {
    return {
      start: (id, ...given) => streams.start(prefix + id, ...given),
      async follow(id) {
        if (!id) return withoutId()
        const url = ownUrl(request, parameter, id)
        return streams.response(request, prefix + id, { resumeUrl: url, cancelUrl: url })
      },
      async cancel(id) {
        if (!id) return withoutId()
        if (!(await streams.status(prefix + id))) return unknownStream()
        await streams.cancel(prefix + id)
        return noContent()
      },
      async list() {
        const infos = await streams.list(prefix)
        return infos.map((info) => ({ ...info, id: info.id.slice(prefix.length) }))
      },
    }
  }

  function withoutId(): Response {
    return refusal(400, `Expected which one, as ?${parameter}=…`)
  }

  async function handle(request: Request): Promise<Response> {
    checkRequest(request)
    // Encoded, so that no owner's name can contain a colon, and reach into another owner's streams.
    const prefix = `${kind}:${encodeURIComponent((await owner?.(request)) ?? '')}:`
    const own = ownStreams(request, prefix)
    const id = new URL(request.url).searchParams.get(parameter) ?? ''
    const { method } = request
    // Express, Hono and Next.js pass HEAD on to the route for GET, and send no body.
    if (method === 'GET' || method === 'HEAD') return get(request, own, id)
    if (method === 'DELETE') return own.cancel(id)
    if (method !== 'POST') return notAllowed(method)
    const body = await postedJson(request)
    return body instanceof Response ? body : post(request, own, body)
  }

  return (request) => handle(request).catch(unavailable)
}

/** Relative to the URL that the client knows, whatever prefix a proxy has taken off. */
function ownUrl(request: Request, parameter: string, id: string): string {
  const { searchParams } = new URL(request.url)
  searchParams.set(parameter, id)
  // With the prompt, this URL would start a task that has expired once more.
  searchParams.delete('prompt')
  return `?${searchParams}`
}

/**
 * The JSON object that was posted, or why it is refused. Its content type must be JSON's: a form on any
 * other site can post without a CORS preflight, but not with that type.
 */
async function postedJson(request: Request): Promise<Record<string, unknown> | Response> {
  const contentType = request.headers.get('content-type') ?? 'none'
  if (!/^application\/json\b/i.test(contentType)) {
    return refusal(415, `Expected a body of content type application/json, got ${contentType}`)
  }
  if (request.bodyUsed) {
    throw new TypeError('Expected a request whose body has not been read: read that of a clone()')
  }
  const body: unknown = await request.json().catch(() => undefined)
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  return isObject ? (body as Record<string, unknown>) : refusal(400, 'Expected a JSON object')
}

function notAllowed(method: string): Response {
  return refusal(405, `Expected GET, POST or DELETE, got ${method}`, {
    allow: 'GET, HEAD, POST, DELETE',
  })
}
