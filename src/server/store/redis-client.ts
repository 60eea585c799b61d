import { createWatchers, type Change, type Watcher } from './watchers.js'

/** What is needed of a client of the package `redis`. */
export interface NodeRedisClient {
  sendCommand(parts: string[]): Promise<unknown>
  duplicate(): unknown
}

/** What is needed of a client of the package `ioredis`. */
export interface IoRedisClient {
  call(command: string, ...parts: string[]): Promise<unknown>
  duplicate(override: { enableOfflineQueue: true }): unknown
  options?: { keyPrefix?: string | undefined }
}

/** A client of the package `redis`, connected, or of `ioredis`. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** One interface for both packages. */
export interface Redis {
  /** What the client itself puts before each key, but not before a pattern. */
  keyPrefix: string
  /** Rejects if no answer comes in time: the packages would wait for a connection for ever. */
  command(...parts: string[]): Promise<unknown>
  /**
   * As a store's `watch`, of what is published in a channel. After a loss of the connection, watchers are
   * told of an end, because any change may have been missed.
   */
  watch(channel: string, watcher: Watcher): Promise<() => void>
  /** Closes the connection that subscribes, for good. The given client stays open. */
  close(): void
}

/** A client of either package that only subscribes. */
interface Subscriber {
  on(event: 'error' | 'ready' | 'message', listener: (...given: string[]) => void): unknown
  connect(): Promise<unknown>
  subscribe(channel: string, listener?: (message: string) => void): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  /** Of `redis` since version 5. */
  destroy?(): unknown
  disconnect(): unknown
}

/** Milliseconds until a command counts as failed. */
const timeout = 5_000

/** Both packages behind one interface, with a second connection for the subscriptions. */
export function adapt(client: RedisClient): Redis {
  const isIoRedis = 'call' in client
  let subscriber: Subscriber | undefined
  let isClosed = false
  const watchers = createWatchers((channel) => void settled(channel).catch(() => {}))
  /** The channels that are subscribed to. */
  const heard = new Set<string>()
  /** Those that are being subscribed to or unsubscribed, until each is heard if, and only if, it is watched. */
  const settling = new Map<string, Promise<void>>()

  function onMessage(channel: string, message: string): void {
    watchers.tell(channel, message as Change)
  }

  /** Connects a second client, when it is first needed: a connection that subscribes can do nothing else. */
  function connect(): Subscriber {
    // What is asked of it while it connects waits, even if the given client refuses that.
    const made = client.duplicate({ enableOfflineQueue: true }) as Subscriber
    // Without a listener an error ends the process. Both packages reconnect by themselves.
    made.on('error', () => {})
    let wasReady = false
    made.on('ready', () => {
      if (wasReady) watchers.tellAll('end')
      wasReady = true
    })
    // For `ioredis`. With `redis`, each subscription has a listener.
    made.on('message', (channel = '', message = '') => onMessage(channel, message))
    // `ioredis` connects by itself.
    if (!isIoRedis) made.connect().catch(() => (subscriber = undefined))
    return made
  }

  async function subscribe(channel: string): Promise<void> {
    if (isClosed) throw new Error('Expected a store that is open, this one is closed')
    subscriber ??= connect()
    await (isIoRedis
      ? subscriber.subscribe(channel)
      : subscriber.subscribe(channel, (message) => onMessage(channel, message)))
    heard.add(channel)
  }

  async function unsubscribe(channel: string): Promise<void> {
    await subscriber?.unsubscribe(channel)
    heard.delete(channel)
  }

  /**
   * However many watch a channel, it is subscribed to once, and never while it is being unsubscribed:
   * `redis` loses a subscription that is asked for meanwhile.
   */
  function settled(channel: string): Promise<void> {
    const promise = settling.get(channel) ?? settle(channel)
    settling.set(channel, promise)
    return promise
  }

  async function settle(channel: string): Promise<void> {
    await Promise.resolve() // so that `settling` has it before it is over
    try {
      while (heard.has(channel) !== watchers.has(channel)) {
        await (heard.has(channel) ? unsubscribe(channel) : subscribe(channel))
      }
    } finally {
      settling.delete(channel)
    }
  }

  return {
    keyPrefix: (isIoRedis && client.options?.keyPrefix) || '',
    command: (name, ...parts) =>
      inTime(isIoRedis ? client.call(name, ...parts) : client.sendCommand([name, ...parts])),
    async watch(channel, watcher) {
      const unwatch = watchers.add(channel, watcher)
      try {
        // Even if somebody watches already: that subscription may not have got through yet.
        await inTime(settled(channel))
      } catch (error) {
        unwatch()
        throw error
      }
      return unwatch
    },
    close() {
      isClosed = true
      if (subscriber?.destroy) subscriber.destroy()
      else subscriber?.disconnect()
      subscriber = undefined
      heard.clear()
    },
  }
}

function inTime<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`Expected an answer of Redis within ${timeout} ms`))
    const timer = setTimeout(late, timeout)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
