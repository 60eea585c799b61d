/**
 * The parsed URL, or `undefined` if it is invalid. Without `URL.canParse`, which is newer than the oldest
 * browsers we support. `base`: by default that of the page or worker. It is not always the page's address:
 * a page may have a `<base>`, and a frame with `srcdoc` has no address that a URL could be relative to.
 */
export function parseUrl(
  url: string,
  base: string | undefined = globalThis.document?.baseURI ?? globalThis.location?.href,
): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}
