import { checkLimits } from '../check-limits.js'
import { adapt, type RedisClient } from './redis-client.js'
import * as scripts from './redis-scripts.js'
import type { LoggedEvent, LogSlice, StreamInfo, StreamStore } from './stream-store.js'

/** Where `redisStore` keeps streams, how much of them, and for how long. */
export interface RedisStoreOptions {
  /** What its keys and channels begin with. Default `brooklet:`. */
  prefix?: string | undefined
  /** How many events of each stream are kept; beyond that the oldest are dropped. Default 10,000. */
  maxEvents?: number | undefined
  /** Milliseconds that a stream is kept after its end. Default 10 minutes. */
  maxAge?: number | undefined
}

/** A store with a connection of its own, to be closed when the server stops. */
export interface RedisStore extends StreamStore {
  /** Closes the second connection, which listens for changes, for good. The client stays open. */
  close(): void
}

type Entry = [id: string, fields: string[]]
type Read = [
  run: string,
  status: StreamInfo['status'],
  startedAt: string,
  meta: string,
  last: number,
  isLeased: number,
  first: Entry[],
  events: Entry[],
]

interface Reading {
  after: number
  slice: Promise<LogSlice | undefined>
}

/** The most events in one answer of Redis. */
const batch = 500

/**
 * Keeps streams in Redis (5 or newer, one server or its replicas), for any number of processes, over a
 * connected client of the package `redis`, or a client of `ioredis`. It makes a second connection, to
 * listen for changes.
 *
 * @throws {StreamError} `invalid-option` for a limit that is negative or `NaN`
 *
 * @example
 * ```ts
 * import { createStreams, redisStore, type RedisClient } from 'brooklet/server'
 *
 * declare const client: RedisClient // await createClient({ url }).connect(), or new Redis(url)
 *
 * const streams = createStreams({ store: redisStore(client) })
 * ```
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): RedisStore {
  const { prefix = 'brooklet:', maxEvents = 10_000, maxAge = 600_000 } = options
  checkLimits({ maxEvents, maxAge })
  const redis = adapt(client)
  /** The newest read of each stream while it is under way: a thousand readers that wake together ask once. */
  const reads = new Map<string, Reading>()

  function channelOf(id: string): string {
    return `${prefix}changes:${id}`
  }

  /**
   * How long a running stream is kept: until its readers have noticed that its producer is gone, and then
   * as long as one that has ended.
   */
  function keepFor(lease: number): number {
    return 3 * lease + maxAge
  }

  /** The braces make the id a hash tag, so that a cluster keeps both keys of a stream on the same node. */
  function infoKey(id: string): string {
    return `${prefix}info:{${id}}`
  }

  async function evaluate(
    script: string,
    id: string,
    ...parts: (string | number)[]
  ): Promise<unknown> {
    const rest = ['2', infoKey(id), `${prefix}events:{${id}}`, ...parts.map(toText)]
    try {
      return await redis.command('EVALSHA', await sha1(script), ...rest)
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw error
      // EVAL also stores the script, for EVALSHA the next time.
      return redis.command('EVAL', script, ...rest)
    }
  }

  /** Whether the script has done what it is for. */
  async function isDone(...given: Parameters<typeof evaluate>): Promise<boolean> {
    return (await evaluate(...given)) === 1
  }

  async function ask(id: string, after: number, count: number): Promise<LogSlice | undefined> {
    const answer = (await evaluate(scripts.read, id, after, count)) as Read | null
    return answer ? toSlice(id, after, answer) : undefined
  }

  function readOnce(id: string, after: number): Promise<LogSlice | undefined> {
    const known = reads.get(id)
    if (known?.after === after) return known.slice
    const slice = ask(id, after, batch)
    reads.set(id, { after, slice })
    const forget = (): void => void reads.delete(id)
    slice.then(forget, forget)
    return slice
  }

  async function* idsWith(start: string): AsyncGenerator<string, void> {
    const beginning = redis.keyPrefix + infoKey(start).slice(0, -1)
    const pattern = `${beginning.replaceAll(/[*?[\]\\]/g, '\\$&')}*`
    let cursor = '0'
    do {
      const answer = await redis.command('SCAN', cursor, 'MATCH', pattern, 'COUNT', '1000')
      const [next, keys] = answer as [string, string[]]
      cursor = next
      for (const key of keys) yield start + key.slice(beginning.length, -1)
    } while (cursor !== '0')
  }

  return {
    create: async ({ id, run, meta }, lease) =>
      isDone(scripts.create, id, run, JSON.stringify(meta) ?? '', lease, keepFor(lease)),

    append: (id, run, after, events) =>
      isDone(scripts.append, id, run, after, maxEvents, channelOf(id), ...events.flatMap(toParts)),

    end(id, run, status, last) {
      const parts = last ? toParts(last) : []
      return isDone(scripts.end, id, run, status, maxEvents, maxAge, channelOf(id), ...parts)
    },

    renew: (id, run, lease) => isDone(scripts.renew, id, run, lease, keepFor(lease)),

    info: async (id) => (await ask(id, 0, 0))?.info,

    read: readOnce,

    watch: (id, watcher) =>
      redis.watch(channelOf(id), (change) => {
        // A read that began before this change may lack it.
        reads.delete(id)
        watcher(change)
      }),

    async list(start) {
      const ids = new Set<string>()
      for await (const id of idsWith(start)) ids.add(id)
      const slices = await Promise.all([...ids].map((id) => ask(id, 0, 0)))
      const infos = slices.flatMap((slice) => (slice ? [slice.info] : []))
      return infos.sort((a, b) => a.startedAt - b.startedAt)
    },

    close: redis.close,
  }
}

function toSlice(id: string, after: number, answer: Read): LogSlice {
  const [run, status, startedAt, meta, last, isLeased, [oldest], entries] = answer
  const first = oldest ? offsetIn(oldest) : last + 1
  const info: StreamInfo = {
    id,
    run,
    status,
    startedAt: Number(startedAt),
    first,
    last,
    isLeased: isLeased === 1,
    ...(meta && { meta: JSON.parse(meta) as unknown }),
  }
  return { info, from: Math.max(after + 1, first), events: entries.map(toEvent) }
}

function offsetIn([id]: Entry): number {
  return Number.parseInt(id, 10)
}

function toEvent([, [, event, , data = '']]: Entry): LoggedEvent {
  return event ? { event, data } : { data }
}

/** Redis takes only whole numbers, and no infinity. */
function toText(part: string | number): string {
  return typeof part === 'string' ? part : `${Math.min(Math.ceil(part), Number.MAX_SAFE_INTEGER)}`
}

function toParts({ event = '', data }: LoggedEvent): string[] {
  return [event, data]
}

const hashes = new Map<string, string>()

/** The hash by which Redis knows a script. */
async function sha1(script: string): Promise<string> {
  const known = hashes.get(script)
  if (known) return known
  const bytes = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(script))
  const hash = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  hashes.set(script, hash)
  return hash
}
