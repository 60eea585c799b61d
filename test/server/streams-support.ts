import { expect } from 'vitest'
import type { StreamEvent } from '../../src/formats/index.js'
import type { DurableStream, StreamResponseOptions, Streams } from '../../src/server/index.js'
import { eventsOf } from './support.js'

/** A producer that counts. */
export const numbers = (count: number) => async (stream: DurableStream) => {
  for (let n = 1; n <= count; n++) await stream.send({ data: `${n}` })
}

export async function ask(
  streams: Streams,
  id: string,
  lastEventId?: string,
  options?: StreamResponseOptions,
): Promise<Response> {
  const headers = lastEventId === undefined ? undefined : { 'last-event-id': lastEventId }
  return streams.response(new Request('http://localhost/api', { headers }), id, options)
}

export async function read(
  streams: Streams,
  id: string,
  lastEventId?: string,
): Promise<StreamEvent[]> {
  return eventsOf(await ask(streams, id, lastEventId))
}

export function dataOf(events: StreamEvent[]): string[] {
  return events.map(({ data }) => data)
}

/** A stream whose producer goes on until it is told to return or throw. */
export async function running(streams: Streams, id = 'a') {
  let stream!: DurableStream
  let settleProducer!: { resolve(): void; reject(error: unknown): void }
  const isNew = await streams.start(id, (given) => {
    stream = given
    return new Promise<void>((resolve, reject) => (settleProducer = { resolve, reject }))
  })
  expect(isNew).toBe(true)
  return { stream, ...settleProducer }
}
