import { oneRecord } from '../record.js'

/** A line of newline-delimited JSON. */
export function encodeNdjsonRecord(json: string): string {
  return `${oneRecord(json)}\n`
}
