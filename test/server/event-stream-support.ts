import { expect } from 'vitest'
import { eventStreamResponse } from '../../src/server/index.js'
import type { EventStream, EventStreamOptions } from '../../src/server/index.js'
import { settle } from '../support/clock.js'

export const url = 'http://localhost/events'

export function ask(
  produce: (stream: EventStream) => unknown,
  { headers, ...options }: Omit<EventStreamOptions, 'headers'> & { headers?: HeadersInit } = {},
): Response {
  return eventStreamResponse(new Request(url, { headers }), produce, options)
}

/** A response to a request, with the stream that its producer was given; it goes on until `finish`. */
export async function start(options?: Omit<EventStreamOptions, 'headers'>) {
  let finish = (): void => {}
  let stream!: EventStream
  const response = ask((given) => {
    stream = given
    return new Promise<void>((resolve) => (finish = resolve))
  }, options)
  await settle()
  const reader = response.body!.getReader()
  const isOpened = options?.heartbeat !== 0 && (options?.format ?? 'sse') === 'sse'
  if (isOpened) expect(textOf(await reader.read())).toBe(': \n\n')
  return { response, stream, finish: () => finish(), reader }
}

export function textOf({ value }: ReadableStreamReadResult<Uint8Array>): string {
  return new TextDecoder().decode(value)
}
