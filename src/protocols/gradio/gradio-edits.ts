import { list, text, type Json } from '../json/json.js'

/** The outputs after a message, which has all of them or, since Gradio 4.20, edits of the last ones. */
export function editOutputs(before: unknown, data: unknown): unknown {
  if (!Array.isArray(before) || !list(data).every(isEdits)) return data
  return list(data).map((edits, index) => list(edits).reduce<unknown>(edit, before[index]))
}

function isEdits(value: Json): boolean {
  return (
    Array.isArray(value) &&
    list(value).every(
      (each) => Array.isArray(each?.[1]) && /^(replace|append|add|delete)$/.test(text(each?.[0])),
    )
  )
}

function edit(target: unknown, change: Json): unknown {
  return editAt(target, list(change?.[1]).map(text), text(change?.[0]), change?.[2])
}

/** Copies each level on the way, because what was published before must not change. */
function editAt(
  target: unknown,
  [key, ...rest]: string[],
  action: string,
  value: unknown,
): unknown {
  if (key === undefined) return action === 'append' ? text(target) + text(value) : value
  if (Array.isArray(target)) {
    const items: unknown[] = [...target]
    if (rest.length === 0 && action === 'add') items.splice(Number(key), 0, value)
    else if (rest.length === 0 && action === 'delete') items.splice(Number(key), 1)
    else items[Number(key)] = editAt(items[Number(key)], rest, action, value)
    return items
  }
  const { [key]: old, ...others } = Object(target) as Record<string, unknown>
  if (rest.length === 0 && action === 'delete') return others
  return { ...(target as object), [key]: editAt(old, rest, action, value) }
}
