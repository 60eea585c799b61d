/** What came over one connection: its chunks as they arrived, and the events that were made of them. */
import type { StreamEvent, StreamFormat } from 'brooklet'
import { onceAFrame } from '../../shared/frame.js'
import { createValue } from '../../shared/value.js'
import type { Value } from '../../shared/value.js'
import { wire } from '../../wire/wire.js'

export interface Chunk {
  /** From 1. */
  readonly number: number
  /** The number of bytes before it. */
  readonly offset: number
  /** Milliseconds since the chunk before it. */
  readonly after: number
  readonly bytes: Uint8Array
}

export interface RecordedEvent extends StreamEvent {
  readonly number: number
  /** The chunk that completed it. */
  readonly chunk: number
}

export interface Recorded {
  readonly chunks: readonly Chunk[]
  readonly events: readonly RecordedEvent[]
  readonly bytes: number
}

export interface Recording {
  fetch: typeof fetch
  onEvent(event: StreamEvent): void
  recorded: Value<Recorded>
}

export function createRecording(format: StreamFormat): Recording {
  const nothing: Recorded = { chunks: [], events: [], bytes: 0 }
  const recorded = createValue(nothing)
  let next = nothing
  let lastAt = 0
  const publish = onceAFrame(() => recorded.set(next))

  function change(update: Partial<Recorded>): void {
    next = { ...next, ...update }
    publish()
  }

  function onChunk(bytes: Uint8Array): void {
    const now = performance.now()
    const { chunks, bytes: offset } = next
    const after = chunks.length === 0 ? 0 : now - lastAt
    lastAt = now
    change({
      chunks: [...chunks, { number: chunks.length + 1, offset, after, bytes }],
      bytes: offset + bytes.length,
    })
  }

  return {
    fetch: wire.fetch(format, onChunk),
    onEvent(event) {
      const { events, chunks } = next
      const numbered = { ...event, number: events.length + 1, chunk: chunks.length }
      change({ events: [...events, numbered] })
    },
    recorded,
  }
}
