import type { HeadersInit } from '../fetch-types.js'

/** The given headers, with every `Set-Cookie`, and the defaults that they do not name. */
export function withDefaults(
  given: HeadersInit | undefined,
  defaults: Record<string, string>,
): Headers {
  const all = new Headers(given)
  for (const [name, value] of Object.entries(defaults)) {
    if (!all.has(name)) all.set(name, value)
  }
  return all
}
