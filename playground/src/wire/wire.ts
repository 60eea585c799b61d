/** What all streams of the playground have done: the store behind the strip and the message list. */
import { onceAFrame } from '../shared/frame.js'
import { createValue } from '../shared/value.js'
import type { Value } from '../shared/value.js'
import { createMessageLog } from './message-log.js'
import type { KnownStream, StreamName } from './names.js'
import { createStream, createStreams } from './streams.js'
import { summarize } from './summary.js'
import { track } from './track.js'
import type { Connection, Outage, Stream, WireSnapshot } from './types.js'
import { wiredFetch } from './wired-fetch.js'
import type { WatchedRequest, Watcher } from './wired-fetch.js'

/** Milliseconds for which a wire that was cut stays down. */
const outage = 2000

export interface Wire {
  /** A `fetch` whose stream appears under the name; where there are several, each by its own. */
  fetch(
    name: KnownStream | ((url: URL) => StreamName),
    onChunk?: (chunk: Uint8Array) => void,
  ): typeof fetch
  /** Another page: the summary begins anew, with what still comes and what the page asks for. */
  enter(page: string): void
  /** The page has given the stream up. While it waited to reconnect, no request tells so. */
  close(stream: KnownStream): void
  /** A network failure of two seconds: every connection breaks, and no new one can be made. */
  cut(): void
  clear(): void
  snapshot: Value<WireSnapshot>
  /** The streams that the strip may have to draw, mutable: for drawing only. */
  streams(): Iterable<Stream>
  outages(): readonly Outage[]
}

function createWire(): Wire {
  const streams = createStreams()
  const onPage = new Set<Stream>()
  const log = createMessageLog()
  const snapshot = createValue(summarize(onPage, log.read()))
  let currentPage = ''
  let connections = 0
  let outages: readonly Outage[] = []

  /** At most one word to React a frame, however many events there are. */
  const change = onceAFrame(() => {
    streams.forgetOld(onPage)
    snapshot.set(summarize(onPage, log.read()))
  })

  const send: typeof fetch = async (input, init) => {
    const { until } = outages.at(-1) ?? { until: 0 }
    const left = until - performance.now()
    if (left > 0) {
      // What is told with `keepalive` may come late: the server is to hear that nobody listens.
      if (!init?.keepalive) throw new TypeError('network error')
      await new Promise((resolve) => setTimeout(resolve, left))
    }
    return fetch(input, init)
  }

  function watch(request: WatchedRequest, url: URL, name: StreamName): Watcher {
    // With a DELETE the page gives a stream up: a message about it, and no connection of it.
    const isFarewell = request.method === 'DELETE'
    if (isFarewell) close(name.key)
    const stream = isFarewell
      ? createStream(streams.get(name.key)?.name ?? name, 0)
      : enterStream(name)
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
    const watcher = track(connection, log, change)
    // What comes for another page is on the wire of this one, too.
    return isFarewell ? watcher : alsoTell(watcher, () => show(stream))
  }

  function enterStream(name: StreamName): Stream {
    const stream = streams.find(name)
    show(stream)
    return Object.assign(stream, { isClosed: false })
  }

  function show(stream: Stream): void {
    if (!onPage.has(stream)) Object.assign(stream, { events: 0, bytes: 0 })
    onPage.add(stream)
  }

  function close(key: string): void {
    const stream = streams.get(key)
    if (stream) Object.assign(stream, { isClosed: true, failures: 0 })
    change()
  }

  return {
    fetch: (name, onChunk) =>
      wiredFetch((request) => {
        const url = new URL(request.url, location.href)
        const watcher = watch(request, url, typeof name === 'string' ? { key: name } : name(url))
        return onChunk ? alsoTell(watcher, onChunk) : watcher
      }, send),
    enter(page) {
      if (page === currentPage) return
      currentPage = page
      onPage.clear()
      change()
    },
    close,
    cut() {
      const from = performance.now()
      outages = [...outages.slice(-9), { from, until: from + outage }]
      for (const { connections: all } of streams.all()) for (const { cut } of all) cut?.()
    },
    clear() {
      log.clear()
      change()
    },
    snapshot,
    streams: () => streams.all(),
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

export const wire = createWire()
