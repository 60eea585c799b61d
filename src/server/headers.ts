import type { HeadersInit } from '../fetch-types.js'

/** What is given, each cookie of it, and of the defaults what it does not name. */
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
