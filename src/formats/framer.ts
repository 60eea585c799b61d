import { StreamError } from '../errors.js'
import { hints } from '../hints.js'
import type { StreamEvent } from './types.js'

/** What a format implements: it cuts text, already decoded and without a BOM, into events. */
export interface Framer {
  read(text: string): void
  end(): StreamEvent | undefined
  /** Only in a format that has ids. */
  readonly lastEventId?: string
}

/** Throws, rather than hold more of one event in memory than the caller allows. */
export function checkSize(length: number, limit: number): void {
  if (length <= limit) return
  const message = `Expected events of at most ${limit} characters (maxEventSize), got more`
  throw new StreamError('too-large', message, { hint: hints.tooLarge })
}
