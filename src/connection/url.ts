/**
 * What relative URLs are relative to, if anything: not always the address of the page or worker. A page may
 * have a `<base>`, and a frame with `srcdoc` has no address that a URL could be relative to.
 */
export function baseUrl(): string | undefined {
  return globalThis.document?.baseURI ?? globalThis.location?.href
}

/**
 * The parsed URL, or `undefined` if it is invalid. Without `URL.canParse`, which is newer than the oldest
 * browsers we support.
 */
export function parseUrl(url: string, base: string | undefined = baseUrl()): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}

/**
 * Whether a URL that a response names has another origin than the one that was asked. The headers of the
 * request must not be sent there, as `fetch` too takes some off at a redirect. `base`: what the URL was
 * resolved against, which counts where the one that was asked cannot be resolved.
 */
export function hasOtherOrigin(url: URL, askedUrl: string, base: URL): boolean {
  return url.origin !== (parseUrl(askedUrl) ?? base).origin
}
