import { jsonIn, text, type Json } from '../json/json.js'

/**
 * What an agent gives to one tool, or gets from it: it may call several at once, and writes the values of
 * all of them as one object. `undefined` if there is no such object.
 */
export function valueFor(tool: string, values: Json): unknown {
  const all = Object.entries(jsonIn(text(values)) ?? {})
  return all.find(([name]) => name === tool)?.[1]
}
