/**
 * A numbered sequence of values with a short memory: whoever comes back with the last id it saw gets
 * what it missed. What produces the values runs only while somebody reads.
 */
export interface Feed<T> {
  publish(value: T): Entry<T>
  /** What a reader that saw `id` has missed, as far as it is still remembered. */
  after(id: number): Entry<T>[]
  latest(count: number): Entry<T>[]
  subscribe(listener: (entry: Entry<T>) => void): () => void
  readonly readers: number
}

export interface Entry<T> {
  id: number
  value: T
}

export interface FeedOptions {
  capacity: number
  /** Larger than any id of an earlier run, so that a restart never uses an id twice. */
  firstId: number
  onFirstReader?(): void
  onLastReaderLeft?(): void
}

export function createFeed<T>(options: FeedOptions): Feed<T> {
  const listeners = new Set<(entry: Entry<T>) => void>()
  let entries: Entry<T>[] = []
  let nextId = options.firstId

  function unsubscribe(listener: (entry: Entry<T>) => void): void {
    if (listeners.delete(listener) && listeners.size === 0) options.onLastReaderLeft?.()
  }

  return {
    publish(value) {
      const entry = { id: nextId++, value }
      entries = [...entries, entry].slice(-options.capacity)
      for (const listener of listeners) listener(entry)
      return entry
    },
    after: (id) => entries.filter((entry) => entry.id > id),
    latest: (count) => (count > 0 ? entries.slice(-count) : []),
    subscribe(listener) {
      listeners.add(listener)
      if (listeners.size === 1) options.onFirstReader?.()
      return () => unsubscribe(listener)
    },
    get readers() {
      return listeners.size
    },
  }
}

/** How many entries wait for a slow reader. */
const backlog = 100

/**
 * Yields what `missed` tells, then every new entry until the signal aborts. It is asked at the moment
 * of subscribing, so that nothing falls between. A reader too slow loses the oldest.
 */
export async function* follow<T>(
  feed: Feed<T>,
  missed: () => Entry<T>[],
  signal: AbortSignal,
): AsyncGenerator<Entry<T>, void> {
  const queue = missed()
  let wake = (): void => {}
  const unsubscribe = feed.subscribe((entry) => {
    queue.push(entry)
    if (queue.length > backlog) queue.shift()
    wake()
  })
  signal.addEventListener('abort', () => wake(), { once: true })
  try {
    while (!signal.aborted) {
      const entry = queue.shift()
      if (entry) yield entry
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    unsubscribe()
  }
}
