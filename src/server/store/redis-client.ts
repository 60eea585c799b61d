/** What a client of the package `redis` has and this needs. */
export interface NodeRedisClient {
  sendCommand(parts: string[]): Promise<unknown>
  duplicate(): unknown
}

/** What a client of the package `ioredis` has and this needs. */
export interface IoRedisClient {
  call(command: string, ...parts: string[]): Promise<unknown>
  duplicate(): unknown
  options?: { keyPrefix?: string }
}

/** A client of the package `redis`, connected, or of `ioredis`. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** The two packages in one shape. */
export interface Redis {
  /** What the client itself puts before what it knows to be a key, which a pattern is not. */
  keyPrefix: string
  /** Rejects where there is no answer in time: the packages would wait for the connection for ever. */
  command(...parts: string[]): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  /** Closes the connection that subscribes; the client stays its owner's. */
  close(): void
}

export interface RedisSubscriber {
  onMessage(channel: string, message: string): void
  /** Connected again; messages may have been missed. */
  onReady(): void
}

/** A client that only subscribes, of either package. */
interface Subscriber {
  on(event: 'error' | 'ready' | 'message', listener: (...given: string[]) => void): unknown
  connect?(): Promise<unknown>
  subscribe(
    channel: string,
    listener?: (message: string, channel: string) => void,
  ): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  /** Of `redis` since version 5. */
  destroy?(): unknown
  disconnect(): unknown
}

/** Milliseconds until a command counts as failed. */
const timeout = 5_000

/** Both packages behind one interface, with a second connection for the subscriptions. */
export function adapt(client: RedisClient, { onMessage, onReady }: RedisSubscriber): Redis {
  const isIoRedis = 'call' in client
  let subscriber: Promise<Subscriber> | undefined

  const listener = (message: string, channel: string): void => onMessage(channel, message)

  /** Connects a second client, when it is first needed: a connection that subscribes can do nothing else. */
  async function connect(): Promise<Subscriber> {
    const made = client.duplicate() as Subscriber
    // Without a listener an error ends the process. Both packages connect again by themselves.
    made.on('error', () => {})
    let wasReady = false
    made.on('ready', () => {
      if (wasReady) onReady()
      wasReady = true
    })
    if (isIoRedis) made.on('message', (channel = '', message = '') => onMessage(channel, message))
    else await made.connect?.()
    return made
  }

  function connected(): Promise<Subscriber> {
    subscriber ??= connect()
    subscriber.catch(() => (subscriber = undefined))
    return subscriber
  }

  return {
    keyPrefix: (isIoRedis && client.options?.keyPrefix) || '',
    command: (name, ...parts) =>
      inTime(isIoRedis ? client.call(name, ...parts) : client.sendCommand([name, ...parts])),
    subscribe: (channel) =>
      inTime(
        connected().then((made) =>
          // The same function each time, so that it is called once.
          isIoRedis ? made.subscribe(channel) : made.subscribe(channel, listener),
        ),
      ),
    unsubscribe: (channel) => inTime(connected().then((made) => made.unsubscribe(channel))),
    close() {
      void subscriber?.then((made) => (made.destroy ? made.destroy() : made.disconnect()))
      subscriber = undefined
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
