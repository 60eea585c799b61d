import { oneRecord } from '../record.js'

/** An element of a JSON text sequence (RFC 7464). */
export function encodeJsonSeqRecord(json: string): string {
  return `\u001E${oneRecord(json)}\n`
}
