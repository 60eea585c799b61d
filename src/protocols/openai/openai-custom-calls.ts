import { list, text, type Json } from '../json/json.js'

/**
 * Turns the fragments of calls of custom tools, whose input is any text, into those of functions whose
 * arguments are this text as JSON: a string, which is closed once the model `isDone` with its calls.
 */
export function createCustomCalls(): (fragments: Json, isDone: boolean) => unknown[] {
  /** What tells an open call from others: its index, or its id in an answer that does not stream. */
  const open = new Map<string, Json>()

  function toFunction(fragment: Json): unknown {
    const { index, id, custom } = fragment ?? {}
    const name = text(custom?.name)
    const input = text(custom?.input)
    // Some gateways put an empty `custom` beside each `function`.
    if (!name && !input) return fragment
    const key = text(index) || text(id)
    const quote = open.has(key) ? '' : '"'
    open.set(key, { index, id })
    return { index, id, function: { name, arguments: quote + JSON.stringify(input).slice(1, -1) } }
  }

  return (fragments, isDone) => {
    const calls = list(fragments).map(toFunction)
    if (!isDone) return calls
    for (const place of open.values()) calls.push({ ...place, function: { arguments: '"' } })
    open.clear()
    return calls
  }
}
