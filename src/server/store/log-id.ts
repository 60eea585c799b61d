import type { StreamInfo } from './stream-store.js'

/** The id of an event of a log, as `Last-Event-ID` brings it back: its run and its offset. */
export function eventId(run: string, offset: number): string {
  return `${run}-${offset}`
}

/**
 * The offset that an id stands for in this run of the stream; `undefined` for an id of another run,
 * or none that we give.
 */
export function offsetOf(eventId: string, { run, last }: StreamInfo): number | undefined {
  if (eventId === '') return 0
  const digits = eventId.startsWith(`${run}-`) ? eventId.slice(run.length + 1) : ''
  if (!/^\d{1,15}$/.test(digits)) return undefined
  return Number(digits) <= last ? Number(digits) : undefined
}
