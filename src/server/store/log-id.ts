import type { StreamInfo } from './stream-store.js'

/** The id of an event of a log, which comes back as `Last-Event-ID`: its run and its offset. */
export function eventId(run: string, offset: number): string {
  return `${run}-${offset}`
}

/**
 * The offset that an id stands for in this run of the stream; `undefined` for an id of another run, or
 * one that is not ours.
 */
export function offsetOf(eventId: string, { run, last }: StreamInfo): number | undefined {
  if (eventId === '') return 0
  const digits = eventId.startsWith(`${run}-`) ? eventId.slice(run.length + 1) : ''
  if (!/^\d{1,15}$/.test(digits)) return undefined
  return Number(digits) <= last ? Number(digits) : undefined
}
