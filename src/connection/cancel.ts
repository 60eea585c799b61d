import { responseError } from '../formats/response.js'
import { requestInit } from './request.js'
import type { ConnectionOptions } from './types.js'

/**
 * Asks the server to stop what a request has started: a DELETE with the headers and credentials of that
 * request. A 404 counts as success, because there is nothing left to stop.
 *
 * @throws {StreamError} `http` if the server refuses
 */
export async function cancel(
  url: string,
  options: ConnectionOptions,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  const init = await requestInit({ ...options, method: 'DELETE', body: undefined }, '')
  // The user's content type describes the original request's body. Fastify refuses one without a body.
  init.headers.delete('content-type')
  // `keepalive`, because the page may be unloading.
  const response = await (options.fetch ?? fetch)(url, { ...init, keepalive: true })
  if (response.ok || response.status === 404) return response.body?.cancel()
  throw await responseError(response, undefined, url)
}
