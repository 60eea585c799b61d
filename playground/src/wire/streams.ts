/** The streams that the strip knows: those of this page, and those it still shows. */
import type { Stream } from './types.js'

/** Milliseconds that the strip shows. */
export const wireWindow = 30_000
export const maxTicks = 4000

export interface StreamName {
  /** The same for all connections of one stream. */
  key: string
  name: string
}

export interface Streams {
  /** The stream with this key, a new one where there is none. */
  find(name: StreamName): Stream
  get(key: string): Stream | undefined
  /** Drops what has left the strip, except the streams to keep. */
  forgetOld(kept: ReadonlySet<Stream>): void
  all(): Iterable<Stream>
}

export function createStreams(): Streams {
  const streams = new Map<string, Stream>()
  return {
    find({ key, name }) {
      const known = streams.get(key)
      const others = [...streams.values()].filter((stream) => stream !== known)
      const row = freeRow(others, known?.row)
      if (known) return Object.assign(known, { row })
      const stream = createStream({ key, name }, row)
      streams.set(key, stream)
      return stream
    },
    get: (key) => streams.get(key),
    forgetOld(kept) {
      const since = performance.now() - wireWindow
      for (const stream of streams.values()) {
        forgetBefore(since, stream)
        const [first] = stream.connections
        const isOver = (first?.endedAt ?? Infinity) < since
        if (isOver && !kept.has(stream)) streams.delete(stream.key)
      }
    },
    all: () => streams.values(),
  }
}

export function createStream({ key, name }: StreamName, row: number): Stream {
  const nothing = { failures: 0, isClosed: false, events: 0, bytes: 0 }
  return { key, name, row, connections: [], ticks: [], ...nothing }
}

function forgetBefore(since: number, { connections, ticks }: Stream): void {
  const shown = ticks.findIndex(({ at }) => at >= since)
  const old = shown < 0 ? ticks.length : shown
  ticks.splice(0, Math.max(old, ticks.length - maxTicks))
  while (connections.length > 1 && (connections[0]!.endedAt ?? Infinity) < since) {
    connections.shift()
  }
}

/** The first line of the strip on which nothing is open; the one it had where that is free. */
function freeRow(others: readonly Stream[], before = 0): number {
  const taken = new Set<number>()
  for (const { row, connections } of others) {
    if (connections.some(({ endedAt }) => endedAt === undefined)) taken.add(row)
  }
  if (!taken.has(before)) return before
  let row = 0
  while (taken.has(row)) row += 1
  return row
}
