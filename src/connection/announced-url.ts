import type { ConnectionOptions } from './types.js'
import { hasOtherOrigin, parseUrl } from './url.js'

/**
 * The URL that a response announces in a header: where its content can be fetched again
 * (`Content-Location`; RFC 9110, 8.7), or canceled (`Brooklet-Cancel`). One on another origin than was
 * asked is ignored if the request has headers of the user's or of a protocol's, which would be sent there
 * too.
 */
export function announcedUrl(
  header: 'content-location' | 'brooklet-cancel',
  response: Response,
  requestedUrl: string,
  options: ConnectionOptions,
): string | undefined {
  const announced = response.headers.get(header)
  if (!announced) return undefined
  // A response made with `new Response()` has no URL.
  const base = parseUrl(response.url || requestedUrl)
  const url = base && parseUrl(announced, base.href)
  // No base: outside a page, a custom `fetch` has answered a relative URL, and can resolve this one too.
  if (!url) return announced
  const hasHeaders = (options.headers ?? options.baseHeaders) !== undefined
  return hasHeaders && hasOtherOrigin(url, requestedUrl, base) ? undefined : url.href
}
