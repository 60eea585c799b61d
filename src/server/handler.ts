import { noContent, refusal, unknownStream } from './refusal.js'
import type { StreamResponseOptions, Streams } from './streams.js'

/** The URL of one stream is that of the request with its id as a parameter: GET resumes, DELETE cancels. */
export function ownUrl(request: Request, parameter: string, id: string): StreamResponseOptions {
  const { searchParams } = new URL(request.url)
  searchParams.set(parameter, id)
  // What started it says nothing about which one it is.
  searchParams.delete('prompt')
  // Relative to the URL that the client knows, whatever prefix a proxy has taken off.
  const url = `?${searchParams}`
  return { resumeUrl: url, cancelUrl: url }
}

/** 204 where the stream has ended, now or before. */
export async function cancelResponse(streams: Streams, id: string): Promise<Response> {
  if (!(await streams.status(id))) return unknownStream()
  await streams.cancel(id)
  return noContent()
}

/**
 * The JSON object that was posted; what is none is refused. So is what a form of any other site could
 * post without asking: it cannot send this content type.
 */
export async function postedJson(request: Request): Promise<Record<string, unknown> | Response> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    return refusal(415, 'Expected a body of content type application/json')
  }
  const body: unknown = await request.json().catch(() => undefined)
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  return isObject ? (body as Record<string, unknown>) : refusal(400, 'Expected a JSON object')
}

export function notAllowed(): Response {
  return refusal(405, 'Expected GET, POST or DELETE', { allow: 'GET, POST, DELETE' })
}
