/** What happened to the connection, newest first. */
import type { StreamError } from 'brooklet'

const capacity = 50

type Happening = { readonly at: number } & (
  | { kind: 'opened'; status: number }
  | { kind: 'error'; error: StreamError }
  | { kind: 'closed' }
)

export type Entry = Happening & { readonly number: number }

export function addEntry(journal: readonly Entry[], happening: Happening): readonly Entry[] {
  const number = (journal[0]?.number ?? 0) + 1
  return [{ ...happening, number }, ...journal].slice(0, capacity)
}
