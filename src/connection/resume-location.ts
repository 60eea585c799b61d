import type { RequestOptions } from './types.js'
import { parseUrl } from './url.js'

/**
 * Where a response says that it can be fetched from again: its `Content-Location` (RFC 9110, 8.7).
 * Another origin is believed only where no custom headers could leak to it.
 */
export function resumeLocation(
  response: Response,
  requestedUrl: string,
  options: RequestOptions,
): string | undefined {
  const location = response.headers.get('content-location')
  if (!location) return undefined
  // A response made by hand, as in a test, has no URL.
  const base = parseUrl(response.url || requestedUrl, globalThis.location?.href)
  const url = base && parseUrl(location, base.href)
  // Nothing to compare with: a `fetch` of the user's own, which also knows what the path means.
  if (!url) return location
  return options.headers === undefined || url.origin === base.origin ? url.href : undefined
}
