import type { RequestOptions } from './types.js'
import { parseUrl } from './url.js'

/**
 * A URL that a response announces in one of its headers: where it can be fetched from again
 * (`Content-Location`; RFC 9110, 8.7), or canceled (`Brooklet-Cancel`). A URL of another origin counts
 * only where the request has no headers of the user's, which would leak to it.
 */
export function announcedUrl(
  header: 'content-location' | 'brooklet-cancel',
  response: Response,
  requestedUrl: string,
  options: RequestOptions,
): string | undefined {
  const announced = response.headers.get(header)
  if (!announced) return undefined
  // A response made by hand, as in a test, has no URL.
  const base = parseUrl(response.url || requestedUrl, globalThis.location?.href)
  const url = base && parseUrl(announced, base.href)
  // Without a base, only a `fetch` of the user's own can have been asked, and it knows what a path means.
  if (!url) return announced
  return options.headers === undefined || url.origin === base.origin ? url.href : undefined
}
