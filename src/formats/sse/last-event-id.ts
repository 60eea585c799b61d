/**
 * The `Last-Event-ID` of a request. It has one character for each of the id's UTF-8 bytes, the way
 * browsers send it, because `Headers` refuses characters beyond Latin-1.
 */

/** Leaves out an id that no header can hold: with it every attempt would fail. */
export function setLastEventId(headers: Headers, id: string): void {
  const value = String.fromCharCode(...new TextEncoder().encode(id))
  // A header can hold no control characters but a tab.
  if (value && !/[^\t -~\x80-\xff]/.test(value)) headers.set('last-event-id', value)
}

/** `''` for none. */
export function getLastEventId(headers: Headers): string {
  const value = headers.get('last-event-id') ?? ''
  return new TextDecoder().decode(Uint8Array.from(value, (byte) => byte.charCodeAt(0)))
}
