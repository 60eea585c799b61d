/**
 * The id that a request resumes from, `''` for none. On the wire it is UTF-8, and what reads headers
 * makes one character of each byte.
 */
export function lastEventId({ headers }: Request): string {
  const value = headers.get('last-event-id') ?? ''
  return new TextDecoder().decode(Uint8Array.from(value, (byte) => byte.charCodeAt(0)))
}
