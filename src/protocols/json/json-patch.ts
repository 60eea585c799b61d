import { StreamError } from '../../errors.js'
import { list, text, type Fields, type Json } from './json.js'

/** The objects and lists that a patch has copied: nobody else has them, so it may change them. */
type Copies = Set<Json>

/**
 * The document after the operations of a JSON Patch (RFC 6902): a new one, which shares with the old
 * one what did not change.
 *
 * @throws {StreamError} `parse` if an operation does not apply, which includes a `test` that fails.
 */
export function applyPatch(document: Json, patch: Json): Json {
  const copies: Copies = new Set()
  return list(patch).reduce((edited, operation) => apply(edited, operation, copies), document)
}

function apply(document: Json, operation: Json, copies: Copies): Json {
  const { op, value } = operation ?? {}
  const path = keysOf(operation?.path)
  const from = keysOf(operation?.from)
  const found = valueAt(document, from)
  switch (text(op)) {
    case 'add':
      return edit(document, path, 0, [value], copies)
    case 'replace':
      return edit(document, path, 1, [value], copies)
    case 'remove':
      return edit(document, path, 1, [], copies)
    case 'copy':
      copies.clear() // What is found stands in two places now.
      return edit(document, path, 0, [found], copies)
    case 'move':
      return edit(edit(document, from, 1, [], copies), path, 0, [found], copies)
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
function edit(
  document: Json,
  path: readonly string[],
  removed: 0 | 1,
  added: Json[],
  copies: Copies,
): Json {
  const [key, ...rest] = path
  if (key === undefined) return added[0]
  if (typeof document !== 'object' || !document) return refuse(path)
  if (rest.length > 0) {
    const child = edit(document[key], rest, removed, added, copies)
    return edit(document, [key], 1, [child], copies)
  }
  const copy = copies.has(document)
    ? document
    : ((Array.isArray(document) ? [...document] : { ...document }) as Fields)
  copies.add(copy)
  if (Array.isArray(copy)) {
    const index = key === '-' ? copy.length : Number(key)
    if (!(index >= 0 && index + removed <= copy.length)) return refuse(path)
    copy.splice(index, removed, ...added)
  } else if (added.length > 0) {
    // Not by assignment, for which `__proto__` is no key like any other.
    const [value] = added
    Object.defineProperty(copy, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  } else Reflect.deleteProperty(copy, key)
  return copy
}

function refuse(what: unknown): never {
  throw new StreamError('parse', `Expected a JSON Patch that applies, got ${JSON.stringify(what)}`)
}
