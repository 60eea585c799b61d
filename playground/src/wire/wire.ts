/** What all streams of the playground have done: the store behind the strip and the message list. */
import { StreamError } from 'brooklet/parser'
import { createMessageLog } from './message-log.js'
import { freeRow } from './rows.js'
import { summarize } from './summary.js'
import type { Connection, Outage, Stream, Tick, WireSnapshot } from './types.js'
import { wiredFetch } from './wired-fetch.js'
import type { RequestEnd, WatchedRequest, Watcher } from './wired-fetch.js'

/** Milliseconds that the strip shows. */
export const wireWindow = 30_000
const maxTicks = 4000
/** Milliseconds for which a wire that was cut stays down. */
const outage = 2000

export interface StreamName {
  /** The same for all connections of one stream. */
  key: string
  name: string
}

export interface Wire {
  /** A `fetch` whose stream appears under the name; where there are several, each by its own. */
  fetch(
    name: string | ((url: URL) => StreamName),
    onChunk?: (chunk: Uint8Array) => void,
  ): typeof fetch
  /** Another page: what the summary says begins anew. */
  enter(page: string): void
  /** A network failure of two seconds: every connection breaks, and no new one can be made. */
  cut(): void
  clear(): void
  subscribe(listener: () => void): () => void
  getSnapshot(): WireSnapshot
  /** The streams that the strip may have to draw, mutable: for drawing only. */
  streams(): Iterable<Stream>
  outages(): readonly Outage[]
}

export function createWire(): Wire {
  const streams = new Map<string, Stream>()
  const onPage = new Set<Stream>()
  const log = createMessageLog()
  const listeners = new Set<() => void>()
  let snapshot = summarize(onPage, log.read())
  let currentPage = ''
  let connections = 0
  let outages: readonly Outage[] = []
  let frame: number | undefined

  /** At most one word to React a frame, however many events there are. */
  function change(): void {
    frame ??= requestAnimationFrame(publish)
  }

  function publish(): void {
    frame = undefined
    forgetOld()
    snapshot = summarize(onPage, log.read())
    for (const listener of listeners) listener()
  }

  function forgetOld(): void {
    const since = performance.now() - wireWindow
    for (const [key, { connections: all, ticks }] of streams) {
      const firstTick = ticks.findIndex(({ at }) => at >= since)
      ticks.splice(0, Math.max(firstTick, ticks.length - maxTicks))
      while (all.length > 1 && (all[0]!.endedAt ?? Infinity) < since) all.shift()
      if ((all[0]?.endedAt ?? Infinity) < since && !isOnPage(key)) streams.delete(key)
    }
  }

  function isDown(): boolean {
    return (outages.at(-1)?.until ?? 0) > performance.now()
  }

  const send: typeof fetch = (input, init) =>
    isDown() ? Promise.reject(new TypeError('network error')) : fetch(input, init)

  function isOnPage(key: string): boolean {
    const stream = streams.get(key)
    return stream !== undefined && onPage.has(stream)
  }

  function streamFor({ key, name }: StreamName): Stream {
    const known = streams.get(key)
    const others = [...streams.values()].filter((stream) => stream !== known)
    const row = freeRow(others, known?.row)
    if (known) return Object.assign(known, { row })
    const stream: Stream = {
      key,
      name,
      row,
      connections: [],
      ticks: [],
      failures: 0,
      events: 0,
      bytes: 0,
    }
    streams.set(key, stream)
    return stream
  }

  function watch(request: WatchedRequest, url: URL, name: StreamName): Watcher {
    const stream = streamFor(name)
    if (!onPage.has(stream)) Object.assign(stream, { events: 0, bytes: 0 })
    onPage.add(stream)
    const connection: Connection = {
      id: ++connections,
      stream,
      method: request.method,
      url: url.pathname + url.search,
      startedAt: performance.now(),
      lastEventId: request.lastEventId,
      state: 'connecting',
    }
    stream.connections.push(connection)
    log.request(connection)
    change()
    return watcherOf(connection)
  }

  function watcherOf(connection: Connection): Watcher {
    const { stream } = connection
    const tick = (kind: Tick['kind'], size: number): void => {
      stream.ticks.push({ at: performance.now(), kind, size })
      // A hidden page has no frames to forget the old ones.
      if (stream.ticks.length > 2 * maxTicks) stream.ticks.splice(0, maxTicks)
      change()
    }
    return {
      onResponse(response, cut) {
        log.response(connection, response)
        connection.openedAt = performance.now()
        connection.status = response.status
        connection.state = connection.format || response.status === 204 ? 'open' : 'refused'
        connection.cut = cut
        change()
      },
      onChunk(chunk) {
        stream.bytes += chunk.length
        change()
      },
      onEvent(event) {
        stream.failures = 0
        stream.events += 1
        log.event(connection, event)
        tick('event', event.data.length)
      },
      onComment(text) {
        log.comment(connection, text)
        tick('comment', text.length)
      },
      onRetry(milliseconds) {
        log.retry(connection, milliseconds)
        change()
      },
      onEnd(end) {
        close(connection, end)
        change()
      },
    }
  }

  function close(connection: Connection, end: RequestEnd): void {
    const { stream } = connection
    const how = isTimeout(end) ? 'lost' : end.how
    connection.endedAt = performance.now()
    connection.cut = undefined
    if (how === 'lost' || connection.state === 'refused') stream.failures += 1
    if (connection.state !== 'refused') connection.state = how
    if (how === 'closed') stream.failures = 0
    log.end(connection, how, 'reason' in end ? end.reason : undefined)
  }

  return {
    fetch: (name, onChunk) =>
      wiredFetch((request) => {
        const url = new URL(request.url, location.href)
        const watcher = watch(
          request,
          url,
          typeof name === 'string' ? { key: name, name } : name(url),
        )
        return onChunk ? alsoTell(watcher, onChunk) : watcher
      }, send),
    enter(page) {
      if (page === currentPage) return
      currentPage = page
      onPage.clear()
      change()
    },
    cut() {
      const from = performance.now()
      outages = [...outages.slice(-9), { from, until: from + outage }]
      for (const { connections: all } of streams.values()) for (const { cut } of all) cut?.()
    },
    clear() {
      log.clear()
      change()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => snapshot,
    streams: () => streams.values(),
    outages: () => outages,
  }
}

function alsoTell(watcher: Watcher, onChunk: (chunk: Uint8Array) => void): Watcher {
  return {
    ...watcher,
    onChunk(chunk) {
      onChunk(chunk)
      watcher.onChunk(chunk)
    },
  }
}

/** An idle timeout is the page's doing only in name. */
function isTimeout(end: RequestEnd): boolean {
  return 'reason' in end && end.reason instanceof StreamError && end.reason.code === 'timeout'
}

export const wire = createWire()
