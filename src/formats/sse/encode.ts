import { StreamError } from '../../errors.js'
import type { EventFields } from '../types.js'

const LINE_END = /\r\n|\r|\n/

/** The fields as one event of an event stream, with the blank line that ends it. */
export function encodeSseEvent(
  { event, id, retry }: EventFields,
  // Readers drop an event without a data line, as the standard says: if it has a name, it gets an empty one.
  data: string | undefined = event ? '' : undefined,
): string {
  let lines = ''
  if (event) lines += `event: ${singleLine('an event name', event)}\n`
  if (id !== undefined) lines += `id: ${resumableId(id)}\n`
  if (retry !== undefined) lines += `retry: ${wholeNumber(retry)}\n`
  if (data !== undefined) lines += prefixed('data: ', data)
  return lines && `${lines}\n`
}

/**
 * A comment, which readers skip: a heartbeat, `: like this`. The blank line is for readers that split
 * at blank lines and would take the next event for a part of it.
 */
export function encodeComment(text: string): string {
  return `${prefixed(': ', text)}\n`
}

/** Puts the prefix before each line. It ends in a space, because readers remove one. */
function prefixed(prefix: string, text: string): string {
  return text
    .split(LINE_END)
    .map((line) => `${prefix}${line}\n`)
    .join('')
}

/** After a line end, the rest would be read as another field. */
function singleLine(what: string, value: string): string {
  if (!LINE_END.test(value)) return value
  throw refusal(`${what} without a line end`, value)
}

/** Readers ignore an id that has a NUL. */
function resumableId(id: string): string {
  if (!id.includes('\0')) return singleLine('an id', id)
  throw refusal('an id without a NUL', id)
}

/** Readers take digits only: not 1.5, -1 or 1e21. */
function wholeNumber(milliseconds: number): number {
  if (Number.isSafeInteger(milliseconds) && milliseconds >= 0) return milliseconds
  throw refusal('retry in whole milliseconds', milliseconds)
}

function refusal(expected: string, value: string | number): StreamError {
  const came = typeof value === 'string' ? JSON.stringify(value) : value
  return new StreamError('invalid-option', `Expected ${expected}, got ${came}`)
}
