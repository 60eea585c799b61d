import { responseError } from '../formats/response.js'
import { requestInit } from './request.js'
import type { RequestOptions } from './types.js'

/**
 * Asks the server to stop what it does: a DELETE, with the headers and credentials of the request
 * itself. A 404 is as good: there is nothing left to stop.
 *
 * @throws {StreamError} `http` where the server refuses
 */
export async function cancel(
  url: string,
  options: RequestOptions,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  const init = await requestInit({ ...options, method: 'DELETE', body: undefined }, '')
  // One that the user has set is that of the other request's body. Fastify refuses it without a body.
  init.headers.delete('content-type')
  // Kept alive: the page may be on its way out.
  const response = await (options.fetch ?? fetch)(url, { ...init, keepalive: true })
  if (response.ok || response.status === 404) return response.body?.cancel()
  throw await responseError(response, undefined, url)
}
