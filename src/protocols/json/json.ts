import { parseError } from '../../formats/parse-error.js'
import type { StreamEvent } from '../../formats/types.js'

/**
 * JSON of unknown shape: `chunk?.choices?.[0]?.delta` can be read from anything, and is undefined if it
 * is not there. What a value is, only the functions `text`, `number` and `list` below can tell.
 */
export type Json = Fields | null | undefined

export interface Fields {
  readonly [field: string | number]: Json
}

/**
 * The event's data as JSON.
 *
 * @throws {StreamError} `parse`
 */
export function readJson(event: StreamEvent): Json {
  try {
    return JSON.parse(event.data) as Json
  } catch (cause) {
    throw parseError(event, cause)
  }
}

/** The same of any text; `undefined` if it is not JSON. */
export function jsonIn(data: string): Json {
  try {
    return JSON.parse(data) as Json
  } catch {
    return undefined
  }
}

/** For a backend that may send JSON or text: what begins like this is JSON, even if it is broken. */
export function looksLikeJson(data: string): boolean {
  return /^[{["]/.test(data)
}

/** Numbers are text too: some backends send tokens of digits as numbers. */
export function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/** `''` for anything but text. */
export function text(value: unknown): string {
  return isText(value) ? String(value) : ''
}

/** Text as it is, any other value as JSON; `''` if there is none. */
export function textOrJson(value: unknown): string {
  return text(value) || (value ? JSON.stringify(value) : '')
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** The elements of an array, none of anything else. */
export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : []
}
