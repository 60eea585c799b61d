import { StreamError } from '../errors.js'
import { parseError } from '../formats/parse-error.js'
import type { StreamEvent } from '../formats/types.js'

/** The event's data as JSON. @throws {StreamError} `parse` */
export function readJson(event: StreamEvent): unknown {
  try {
    return JSON.parse(event.data)
  } catch (cause) {
    throw parseError(event, cause)
  }
}

/** A field of a JSON object, `undefined` where there is no object or no such field of its own. */
export function get(value: unknown, ...path: (string | number)[]): unknown {
  let current = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined
    current = (current as Record<string | number, unknown>)[key]
  }
  return current
}

/** Text, `''` for what is none. Some backends send digits as JSON numbers. */
export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** The words in which backends say what went wrong: `{error:{message}}`, `{error}`, `{message}`, `{detail}`. */
export function errorWords(value: unknown): string {
  const error = get(value, 'error')
  return (
    text(get(error, 'message')) ||
    text(error) ||
    text(get(value, 'message')) ||
    text(get(value, 'detail')) ||
    (typeof value === 'string' ? value : '')
  )
}

/** The provider's words in the body of an HTTP error. */
export function errorMessage(body: string): string | undefined {
  try {
    return errorWords(JSON.parse(body)) || undefined
  } catch {
    return undefined
  }
}

export function backendError(words: string, data: string): StreamError {
  return new StreamError('protocol', words || data, { body: data.slice(0, 65_536) })
}
