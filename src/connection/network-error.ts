import { StreamError } from '../errors.js'
import { hints } from '../hints.js'
import type { RequestOptions } from './types.js'

/** What a failed `fetch` or read becomes. A page is not told the reason, so the message says what it can be. */
export function networkError(
  cause: unknown,
  url: string | undefined,
  { credentials }: RequestOptions,
): StreamError {
  if (cause instanceof StreamError) return cause
  const message = `Expected a response from ${url}, read to its end: ${cause}`
  if (!isCrossOrigin(url)) return new StreamError('network', message, { url, cause })
  const rule = `no CORS header allows ${location.origin} to read it`
  const more = credentials === 'include' ? ' (with credentials, Access-Control-Allow-Origin: * does not)' : ''
  const reasons = `${message}. The connection was lost, or ${rule}${more}`
  return new StreamError('network', reasons, { url, cause, hint: hints.cors })
}

function isCrossOrigin(url = ''): boolean {
  const page = globalThis.location?.href
  return URL.canParse(url, page) && page !== undefined && new URL(url, page).origin !== location.origin
}
