/** What can happen to a connection, as fast-check draws it, and a server that lets it happen in virtual time. */
import * as fc from 'fast-check'
import { scriptedFetch, sse, type Exchange } from './scripted-fetch.js'
import type { TestClock } from '../support/clock.js'

/** What the server does with one request. */
export type Act =
  | { how: 'refuse' }
  | { how: 'hang' }
  | { how: 'answer'; status: number; headers: Record<string, string> }
  | Streaming

interface Streaming {
  how: 'stream'
  retry?: number
  /** What comes between the events, in turn. */
  noise: Buffer[]
  /** The sizes of the chunks, in turn; milliseconds between two of them. */
  sizes: number[]
  pause: number
  /** How it ends after so many bytes, unless the last event has closed it by then. */
  bytes: number
  ending: 'cut' | 'end' | 'stall'
}

/** What the user or the page does meanwhile. */
export interface Disturbance {
  after: number
  what: 'open' | 'reopen' | 'sleep' | 'show' | 'leave' | 'offline'
  /** Milliseconds until the page comes back, or the network. */
  length: number
}

export interface Schedule {
  data: string[]
  acts: Act[]
  disturbances: Disturbance[]
  /** The event whose handler closes the connection and opens it again. */
  reopenAt: number
  random: number[]
  retry: { attempts: number; minDelay: number; maxDelay: number; jitter: number }
}

export const idleTimeout = 5_000
export const lastType = 'done'

const noise = fc
  .constantFrom<(string | number[])[]>(
    ': heartbeat\n',
    ':\r\n',
    '\n\r\r\n',
    'note: unknown\n',
    'DATA: not data\ndata : neither\n',
    'event: without data\n\n',
    'id: with\0NUL\n',
    'retry: soon\nretry: -1\nretry: 1e3\n',
    [0xff, 0xfe, 0x3a, 0x0a],
    [0x3a, 0xf0, 0x9f, 0x0a],
  )
  .map((piece) => Buffer.from(piece as string))

const retryAfter: fc.Arbitrary<Record<string, string>> = fc.oneof(
  fc.constantFrom<Record<string, string>[]>(
    {},
    { 'retry-after': '0' },
    { 'retry-after': 'tomorrow' },
  ),
  fc.constantFrom('1', '20', '61', '100000').map((seconds) => ({ 'retry-after': seconds })),
  fc.constant({
    date: 'Fri, 01 Jan 2027 00:00:00 GMT',
    'retry-after': 'Fri, 01 Jan 2027 00:00:45 GMT',
  }),
)

const streaming: fc.Arbitrary<Streaming> = fc.record({
  how: fc.constant('stream'),
  retry: fc.option(fc.constantFrom(0, 20, 7_000, 1e12), { nil: undefined }),
  noise: fc.array(noise, { maxLength: 4 }),
  sizes: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
  pause: fc.constantFrom(0, 0, 1, 900, idleTimeout - 1),
  bytes: fc.integer({ min: 0, max: 400 }),
  ending: fc.constantFrom('cut', 'end', 'stall'),
})

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<Act[]>({ how: 'refuse' }, { how: 'hang' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      how: fc.constant('answer'),
      status: fc.constantFrom(408, 429, 500, 502, 503, 504),
      headers: retryAfter,
    }),
  },
  { weight: 4, arbitrary: streaming },
)

const disturbance: fc.Arbitrary<Disturbance> = fc.record({
  after: fc.integer({ min: 0, max: 20_000 }),
  what: fc.constantFrom('open', 'reopen', 'sleep', 'show', 'leave', 'offline'),
  length: fc.integer({ min: 0, max: 40_000 }),
})

export const schedule: fc.Arbitrary<Schedule> = fc.record({
  data: fc.array(
    fc.oneof(
      fc.constantFrom('', ' ', '\n', 'a\n\nb', '小溪', '😀', '\uFEFF', '\0', 'data: x'),
      fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => text.replaceAll('\r', '')),
    ),
    { minLength: 1, maxLength: 12 },
  ),
  acts: fc.array(act, { maxLength: 12 }),
  disturbances: fc.array(disturbance, { maxLength: 3 }),
  reopenAt: fc.integer({ min: 1, max: 30 }),
  random: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
  retry: fc.record({
    attempts: fc.constantFrom(1, 3, Infinity, Infinity),
    minDelay: fc.constantFrom(0, 100, 1_000),
    maxDelay: fc.constantFrom(1_000, 30_000),
    jitter: fc.constantFrom(0, 0.5, 1),
  }),
})

const calm: Streaming = {
  how: 'stream',
  noise: [],
  sizes: [1_000],
  pause: 0,
  bytes: Infinity,
  ending: 'stall',
}

export interface ChaosServer {
  fetch: typeof fetch
  /** What it did with the newest request. */
  act: Act
  /** Requests that nobody has let go of and that have not ended: more than one is too many. */
  readonly live: number
}

/** Acts as the schedule says, and when it has come to its end, as a server should. */
export function createChaosServer(
  { data, acts }: Pick<Schedule, 'data' | 'acts'>,
  clock: Pick<TestClock, 'delay'>,
): ChaosServer {
  const server = scriptedFetch()
  const upcoming = [...acts]
  const over = new Set<Exchange>()

  function streamTo(exchange: Exchange, { sizes, pause, ...act }: Streaming): void {
    const id = Buffer.from(exchange.headers.get('last-event-id') ?? '', 'latin1').toString()
    const rest = compose(data, Number(id.slice(1)), act.noise)
    const start = Buffer.from(act.retry === undefined ? '' : `retry: ${act.retry}\n`)
    const bytes = Buffer.concat([start, rest]).subarray(0, act.bytes)
    exchange.open(sse)
    function send(from: number, turn: number): void {
      if (exchange.init.signal?.aborted) return
      const to = from + sizes[turn % sizes.length]!
      exchange.send(bytes.subarray(from, to))
      if (to >= bytes.length) finish()
      else if (pause === 0) send(to, turn + 1)
      else clock.delay(() => send(to, turn + 1), pause)
    }
    function finish(): void {
      if (act.ending === 'stall') return
      if (act.ending === 'cut') exchange.cut()
      else exchange.end()
      over.add(exchange)
    }
    send(0, 0)
  }

  function serve(exchange: Exchange, act: Act): void {
    if (act.how === 'hang') return
    if (act.how === 'stream') return streamTo(exchange, act)
    if (act.how === 'refuse') exchange.cut()
    else exchange.answer(act.status, 'no', act.headers)
    over.add(exchange)
  }

  const chaos: ChaosServer = {
    act: calm,
    get live() {
      const isLive = (each: Exchange): boolean => !over.has(each) && !each.init.signal?.aborted
      return server.exchanges.filter(isLive).length
    },
    fetch(input, init) {
      const response = server.fetch(input, init)
      chaos.act = upcoming.shift() ?? calm
      serve(server.last, chaos.act)
      return response
    },
  }
  return chaos
}

/** Ids are not ASCII, so that they cannot be sent as they are. */
export const idOf = (n: number): string => `第${n}`
export const typeOf = (n: number, data: string[]): string => (n === data.length ? lastType : 'tick')

function compose(data: string[], from: number, noise: Buffer[]): Buffer {
  const pieces = data.slice(from).flatMap((text, index) => {
    const n = from + index + 1
    const lines = text.split('\n').map((line) => `data: ${line}\n`)
    const event = Buffer.from(`event: ${typeOf(n, data)}\nid: ${idOf(n)}\n${lines.join('')}\n`)
    return noise.length > 0 ? [noise[index % noise.length]!, event] : [event]
  })
  return Buffer.concat(pieces)
}
