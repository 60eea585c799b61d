/**
 * The `Last-Event-ID` of a request. It has a character for each of the id's UTF-8 bytes, as EventSource
 * sends it, because `Headers` refuses what is beyond Latin-1.
 */

/** Leaves an id out that no header can hold, which would make every attempt fail. */
export function setLastEventId(headers: Headers, id: string): void {
  const value = String.fromCharCode(...new TextEncoder().encode(id))
  // oxlint-disable-next-line no-control-regex -- they are what it is about
  if (value && !/[\0-\x1f\x7f]/.test(value)) headers.set('last-event-id', value)
}

/** `''` for none. */
export function getLastEventId(headers: Headers): string {
  const value = headers.get('last-event-id') ?? ''
  return new TextDecoder().decode(Uint8Array.from(value, (byte) => byte.charCodeAt(0)))
}
