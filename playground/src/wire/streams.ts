/** The streams that the strip knows: those of this page, and those it still shows. */
import type { StreamName } from './names.js'
import type { Stream } from './types.js'

/** Milliseconds that the strip shows. */
export const wireWindow = 30_000
/** With more lines than these, the strip has no room for their names. */
const namedRows = 4
export const maxTicks = 4000

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
    find(name) {
      const known = streams.get(name.key)
      const others = [...streams.values()].filter((stream) => stream !== known)
      const row = freeRow(others, known?.row)
      if (known) return Object.assign(known, { row })
      const stream = createStream(name, row)
      streams.set(name.key, stream)
      return stream
    },
    get: (key) => streams.get(key),
    forgetOld(kept) {
      const since = performance.now() - wireWindow
      for (const stream of streams.values()) {
        forgetBefore(since, stream)
        const [first] = stream.connections
        const isOver = (first?.endedAt ?? Infinity) < since
        if (isOver && !kept.has(stream)) streams.delete(stream.name.key)
      }
    },
    all: () => streams.values(),
  }
}

export function createStream(name: StreamName, row: number): Stream {
  const nothing = { failures: 0, isClosed: false, events: 0, bytes: 0 }
  return { name, row, connections: [], ticks: [], ...nothing }
}

function forgetBefore(since: number, { connections, ticks }: Stream): void {
  const shown = ticks.findIndex(({ at }) => at >= since)
  const old = shown < 0 ? ticks.length : shown
  ticks.splice(0, Math.max(old, ticks.length - maxTicks))
  while (connections.length > 1 && (connections[0]!.endedAt ?? Infinity) < since) {
    connections.shift()
  }
}

/**
 * The line of the strip that it had; else one of its own, so that its name stands for nothing else;
 * where there are many, the first one on which nothing is open.
 */
function freeRow(others: readonly Stream[], before?: number): number {
  const isOpen = ({ connections }: Stream): boolean =>
    connections.some(({ endedAt }) => endedAt === undefined)
  const shown = new Set(others.map(({ row }) => row))
  const taken = new Set(others.filter(isOpen).map(({ row }) => row))
  if (before !== undefined && !taken.has(before)) return before
  const own = firstOutside(shown)
  return own < namedRows ? own : firstOutside(taken)
}

function firstOutside(rows: ReadonlySet<number>): number {
  let row = 0
  while (rows.has(row)) row += 1
  return row
}
