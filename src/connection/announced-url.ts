import type { RequestOptions } from './types.js'
import { parseUrl } from './url.js'

/**
 * A URL that a response announces in one of its headers: where it can be fetched from again
 * (`Content-Location`; RFC 9110, 8.7), or canceled (`Brooklet-Cancel`). Another origin is believed
 * only where no custom headers could leak to it.
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
  // Nothing to compare with: a `fetch` of the user's own, which also knows what the path means.
  if (!url) return announced
  return options.headers === undefined || url.origin === base.origin ? url.href : undefined
}
