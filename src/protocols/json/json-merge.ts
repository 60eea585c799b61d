import type { Fields, Json } from './json.js'

/** Merges the new fields into the old ones, also in nested objects. A list replaces another. */
export function mergeJson(old: Fields, values: Fields): Fields {
  const merged = Object.entries(values).map(([key, value]) => {
    const known = old[key]
    return [key, isNested(known) && isNested(value) ? mergeJson(known, value) : value]
  })
  return { ...old, ...Object.fromEntries(merged) }
}

function isNested(value: Json): value is Fields {
  return typeof value === 'object' && !!value && !Array.isArray(value)
}
