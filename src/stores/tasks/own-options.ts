import type { RequestOptions } from '../../connection/types.js'

/** A stream's own options, and what it does not give of those of its tasks. */
export function ownOptions(
  own: RequestOptions,
  { headers, credentials, fetch, signal }: RequestOptions,
): RequestOptions {
  return {
    ...own,
    headers: own.headers ?? headers,
    credentials: own.credentials ?? credentials,
    fetch: own.fetch ?? fetch,
    signal: own.signal ?? signal,
  }
}
