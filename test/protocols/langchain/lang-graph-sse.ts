import { encodeEvent } from '../../../src/formats/encode.js'

export type Sent = [type: string, data: unknown]

export function sse(events: Sent[]): string {
  return events.map(([type, data]) => encodeEvent('sse', { event: type, data })).join('')
}
