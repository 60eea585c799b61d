/**
 * The parsed URL, or `undefined` if it is invalid. Without `URL.canParse`, which is newer than the oldest
 * browsers we support.
 */
export function parseUrl(url: string, base?: string): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}
