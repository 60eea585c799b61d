import { parseError } from '../../formats/parse-error.js'
import type { StreamEvent } from '../../formats/types.js'

/**
 * JSON of which nothing is known: `chunk?.choices?.[0]?.delta` may be read of anything, and is
 * undefined where it is not there. What is found is text, a number or a list only once the function
 * of that name below says so.
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
    return parseJson(event.data)
  } catch (cause) {
    throw parseError(event, cause)
  }
}

/** @throws {SyntaxError} */
export function parseJson(data: string): Json {
  return JSON.parse(data)
}

/** Where a backend may send JSON or text: what begins like this is JSON, broken or not. */
export function looksLikeJson(data: string): boolean {
  return /^[{["]/.test(data)
}

/** A number is text too: some backends send tokens that are digits so. */
export function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/** `''` for anything but text. */
export function text(value: unknown): string {
  return isText(value) ? String(value) : ''
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** The elements of an array, none of anything else. */
export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : []
}
