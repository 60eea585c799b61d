import { checkLimits } from '../check-limits.js'
import type { LoggedEvent, StreamInfo, StreamStore } from './stream-store.js'
import { createWatchers } from './watchers.js'

/** How much `memoryStore` keeps, and for how long. */
export interface MemoryStoreOptions {
  /** How many events of each stream are kept; beyond that the oldest are dropped. Default 10,000. */
  maxEvents?: number | undefined
  /**
   * About how many bytes all streams take together; beyond that those that ended first are dropped, then
   * the oldest events of the one that grows. Default 64 MiB.
   */
  maxBytes?: number | undefined
  /** Milliseconds that a stream is kept after its end, or the loss of its producer. Default 10 minutes. */
  maxAge?: number | undefined
}

interface Lease {
  /** Milliseconds. */
  lease: number
  leaseEnd: number
  /** When somebody first saw that it was over. */
  missedAt: number | undefined
}

interface Log extends Lease {
  info: Omit<StreamInfo, 'isLeased'>
  events: LoggedEvent[]
  bytes: number
}

/**
 * About how many bytes an event or a stream takes in addition to its text, whose characters take at most
 * two each.
 */
const overhead = 100

/**
 * Keeps streams in this process, for as long as it lives: the default of `createStreams`.
 *
 * @throws {StreamError} `invalid-option` for a limit that is negative or `NaN`
 *
 * @example
 * ```ts
 * import { createStreams, memoryStore } from 'brooklet/server'
 *
 * const streams = createStreams({ store: memoryStore({ maxBytes: 16 * 1024 * 1024 }) })
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): StreamStore {
  const { maxEvents = 10_000, maxBytes = 67_108_864, maxAge = 600_000 } = options
  checkLimits({ maxEvents, maxBytes, maxAge })
  /** In the order of their starts. */
  const logs = new Map<string, Log>()
  /** Those that run, in the order of their newest leases. */
  const unended = new Set<Log>()
  /** Those that have ended, in the order of their ends, each with the time of that. */
  const ended = new Map<Log, number>()
  const watchers = createWatchers()
  let totalBytes = 0

  function running(id: string, run: string): Log | undefined {
    const log = logs.get(id)
    return log?.info.run === run && log.info.status === 'running' ? log : undefined
  }

  function add(log: Log, event: LoggedEvent): void {
    log.events.push(event)
    log.info.last++
    charge(log, bytesOf(event))
    while (log.events.length > maxEvents) dropOldest(log)
    makeRoom(log)
  }

  function isFull(): boolean {
    return totalBytes > maxBytes
  }

  function makeRoom(log: Log): void {
    for (const other of ended.keys()) {
      if (!isFull()) return
      forget(other)
    }
    while (isFull() && log.events.length > 0) dropOldest(log)
  }

  function dropOldest(log: Log): void {
    charge(log, -bytesOf(log.events.shift()!))
    log.info.first++
  }

  function charge(log: Log, bytes: number): void {
    log.bytes += bytes
    totalBytes += bytes
  }

  function forget(log: Log): void {
    logs.delete(log.info.id)
    unended.delete(log)
    ended.delete(log)
    totalBytes -= log.bytes
  }

  function forgetExpired(): void {
    const oldest = Date.now() - maxAge
    for (const [log, endedAt] of ended) {
      if (endedAt > oldest) break
      forget(log)
    }
    // One that is lost with its producer stays unended if no reader comes to notice that.
    for (const log of unended) {
      if (log.leaseEnd > oldest || isLeased(log)) return
      forget(log)
    }
  }

  function current(id: string): Log | undefined {
    forgetExpired()
    return logs.get(id)
  }

  return {
    async create({ id, run, meta }, lease) {
      const existing = current(id)
      if (existing && (existing.info.status === 'done' || isLeased(existing))) return false
      if (existing) forget(existing)
      const startedAt = Date.now()
      const info: Log['info'] = { id, run, meta, status: 'running', startedAt, first: 1, last: 0 }
      const log: Log = { info, events: [], bytes: 0, ...newLease(lease) }
      logs.set(id, log)
      unended.add(log)
      charge(log, overhead + 2 * (id.length + (JSON.stringify(meta) ?? '').length))
      makeRoom(log)
      return true
    },

    async append(id, run, after, events) {
      const log = running(id, run)
      if (!log) return false
      for (const event of events.slice(log.info.last - after)) add(log, event)
      watchers.tell(id, 'append')
      return true
    },

    async end(id, run, status, last) {
      const log = running(id, run)
      if (!log) return false
      if (last) add(log, last)
      log.info.status = status
      unended.delete(log)
      ended.set(log, Date.now())
      watchers.tell(id, 'end')
      return true
    },

    async renew(id, run, lease) {
      const log = running(id, run)
      if (!log) return false
      Object.assign(log, newLease(lease))
      unended.delete(log)
      unended.add(log)
      return true
    },

    async info(id) {
      const log = current(id)
      return log && toInfo(log)
    },

    async read(id, after) {
      const log = current(id)
      if (!log) return undefined
      const { info, events } = log
      const from = Math.max(after + 1, info.first)
      return { info: toInfo(log), from, events: events.slice(from - info.first) }
    },

    watch: async (...given) => watchers.add(...given),

    async list(prefix) {
      forgetExpired()
      return [...logs.values()].map(toInfo).filter(({ id }) => id.startsWith(prefix))
    },
  }
}

function toInfo(log: Log): StreamInfo {
  return { ...log.info, isLeased: isLeased(log) }
}

function newLease(lease: number): Lease {
  return { lease, leaseEnd: Date.now() + lease, missedAt: undefined }
}

/** Some hosts, such as Cloudflare's workers, stop a producer with its request, and not the process. */
function isLeased(log: Log): boolean {
  const now = Date.now()
  if (log.info.status !== 'running') return false
  if (now < log.leaseEnd) return true
  log.missedAt ??= now
  return now < log.missedAt + log.lease / 2
}

function bytesOf({ event = '', data }: LoggedEvent): number {
  return overhead + 2 * (event.length + data.length)
}
