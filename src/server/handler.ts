/** What `chatHandler` and `taskHandler` share. */
import { noContent, refusal, unknownStream } from './refusal.js'
import type { StreamResponseOptions, Streams } from './streams.js'

/** The URL of one stream is that of the request with its id as a parameter: GET resumes, DELETE cancels. */
export function ownUrl(request: Request, parameter: string, id: string): StreamResponseOptions {
  const { searchParams } = new URL(request.url)
  searchParams.set(parameter, id)
  // With its prompt, the URL of a task that has expired would start it again.
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
 * The JSON object that was posted, or why it is refused. Its content type must be JSON's: a form on any
 * other site can post without asking first, but not with that.
 */
export async function postedJson(request: Request): Promise<Record<string, unknown> | Response> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    return refusal(415, 'Expected a body of content type application/json')
  }
  const body: unknown = await request.json().catch(() => undefined)
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  return isObject ? (body as Record<string, unknown>) : refusal(400, 'Expected a JSON object')
}
