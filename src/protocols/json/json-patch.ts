import { StreamError } from '../../errors.js'
import { list, text, type Json } from './json.js'

/**
 * The document after the operations of a JSON Patch (RFC 6902): a new one, which shares with the old
 * one what did not change.
 *
 * @throws {StreamError} `parse` if an operation does not apply, which includes a `test` that fails.
 */
export function applyPatch(document: Json, patch: Json): Json {
  return list(patch).reduce(apply, document)
}

function apply(document: Json, operation: Json): Json {
  const { op, value } = operation ?? {}
  const path = keysOf(operation?.path)
  const from = keysOf(operation?.from)
  switch (text(op)) {
    case 'add':
      return edit(document, path, 0, [value])
    case 'replace':
      return edit(document, path, 1, [value])
    case 'remove':
      return edit(document, path, 1, [])
    case 'copy':
      return edit(document, path, 0, [valueAt(document, from)])
    case 'move':
      return edit(edit(document, from, 1, []), path, 0, [valueAt(document, from)])
    case 'test':
      if (JSON.stringify(valueAt(document, path)) === JSON.stringify(value)) return document
  }
  return refuse(operation)
}

/** In a pointer `~1` is a slash and `~0` a tilde. */
function keysOf(pointer: unknown): string[] {
  const keys = text(pointer).split('/').slice(1)
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function valueAt(document: Json, path: readonly string[]): Json {
  return path.reduce((value, key) => value?.[key], document)
}

/** Like `Array.splice` at the end of the path: takes `removed` values away and puts `added` there. */
function edit(document: Json, path: readonly string[], removed: 0 | 1, added: Json[]): Json {
  const [key, ...rest] = path
  if (key === undefined) return added[0]
  if (typeof document !== 'object' || !document) return refuse(path)
  if (rest.length > 0) return edit(document, [key], 1, [edit(document[key], rest, removed, added)])
  if (Array.isArray(document)) {
    const copy: Json[] = [...document]
    const index = key === '-' ? copy.length : Number(key)
    if (!(index >= 0 && index + removed <= copy.length)) return refuse(path)
    copy.splice(index, removed, ...added)
    return copy as unknown as Json
  }
  if (added.length > 0) return { ...document, [key]: added[0] }
  const { [key]: _removed, ...others } = document
  return others
}

function refuse(what: unknown): never {
  throw new StreamError('parse', `Expected a JSON Patch that applies, got ${JSON.stringify(what)}`)
}
