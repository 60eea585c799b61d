import type { RequestOptions } from './types.js'

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
  const base = absolute(response.url || requestedUrl, globalThis.location?.href)
  const url = absolute(location, base)
  // Nothing to compare with: a `fetch` of the user's own, which also knows what the path means.
  if (!url || !base) return location
  return options.headers === undefined || new URL(url).origin === new URL(base).origin
    ? url
    : undefined
}

function absolute(url: string, base: string | undefined): string | undefined {
  return URL.canParse(url, base) ? new URL(url, base).href : undefined
}
