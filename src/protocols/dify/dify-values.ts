import { parseJson, text, type Json } from '../json/json.js'

/**
 * What an agent gives to one tool, or gets from it: it may call several at once, and writes the values of
 * all of them as one object. `undefined` if there is no such object.
 */
export function valueFor(tool: string, values: Json): unknown {
  try {
    const all = Object.entries(parseJson(text(values)) ?? {})
    return all.find(([name]) => name === tool)?.[1]
  } catch {
    return undefined
  }
}
