import { StreamError } from '../errors.js'
import { requestMethod } from './request.js'
import type { RequestOptions } from './types.js'

/** What a failed `fetch` or read becomes. A page cannot see the reason, so the message says what it can be. */
export function networkError(
  cause: unknown,
  url: string | undefined,
  options: RequestOptions,
): StreamError {
  if (cause instanceof StreamError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (!isCrossOrigin(url)) {
    return new StreamError('network', `${requestMethod(options)} ${url} was not answered to its end: ${reason}`, {
      url,
      cause,
    })
  }
  const credentials = options.credentials === 'include'
  return new StreamError(
    'network',
    `${requestMethod(options)} ${url} was not answered to its end: ${reason}. It is another origin: ` +
      `the connection was lost, or CORS forbids this page to read it` +
      (credentials
        ? `; with credentials, Access-Control-Allow-Origin must name ${location.origin} (* is refused)` +
          ` and Access-Control-Allow-Credentials must be true`
        : ''),
    {
      url,
      cause,
      hint: credentials
        ? undefined
        : `Let the server send Access-Control-Allow-Origin: ${location.origin}, and allow the headers sent, Last-Event-ID too.`,
    },
  )
}

function isCrossOrigin(url: string | undefined): boolean {
  const page = globalThis.location?.origin
  return page !== undefined && url !== undefined && URL.canParse(url) && new URL(url).origin !== page
}
