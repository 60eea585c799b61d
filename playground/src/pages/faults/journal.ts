/** What happened to the connection, newest first. */
import type { StreamError } from 'brooklet'

const capacity = 50

export interface Entry {
  readonly number: number
  readonly at: number
  readonly what: Happening
}

export type Happening =
  | { kind: 'opened'; status: number }
  | { kind: 'error'; error: StreamError }
  | { kind: 'closed' }

export function addEntry(
  journal: readonly Entry[],
  { at, ...what }: Happening & { at: number },
): readonly Entry[] {
  const number = (journal[0]?.number ?? 0) + 1
  return [{ number, at, what }, ...journal].slice(0, capacity)
}
