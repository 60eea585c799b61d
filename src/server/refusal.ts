import { StreamError } from '../errors.js'
import { withDefaults } from './headers.js'

/** By default caches may keep a 204 or a 404, but what is unknown now may be there soon. */
export const uncached = { 'cache-control': 'no-store' } as const

/** A response that is not a stream, with its reason as JSON, where the hooks look for it. */
export function refusal(
  status: number,
  message: string,
  headers?: Record<string, string>,
): Response {
  const init = { status, headers: { ...uncached, ...headers } }
  return Response.json({ error: { message } }, init)
}

export function unknownStream(): Response {
  return refusal(404, 'There is no such stream, or no more')
}

/** 503 for a store that cannot be reached. Any other error is thrown again. */
export function unavailable(error: unknown): Response {
  if (!(error instanceof StreamError && error.code === 'network')) throw error
  return refusal(503, error.message, { 'retry-after': '1' })
}

/** 204: there is nothing more. */
export function noContent(headers?: Headers): Response {
  return new Response(null, { status: 204, headers: withDefaults(headers, uncached) })
}
