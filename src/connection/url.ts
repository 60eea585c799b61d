/**
 * A URL, or `undefined` where it is none. Not by `URL.canParse`: it is younger than the browsers we
 * serve.
 */
export function parseUrl(url: string, base?: string): URL | undefined {
  try {
    return new URL(url, base)
  } catch {
    return undefined
  }
}
