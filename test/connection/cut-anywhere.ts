/** 200 events over a real socket, cut after one byte, and what a reader gets who comes back by `Last-Event-ID`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { createEventStream } from '../../src/stores/events/event-stream.js'
import { startHttp } from '../support/http.js'

/** `reset`: the socket breaks. `end`: the response is over, as if that were all. */
export type Cut = 'reset' | 'end'

interface Sent {
  id: string
  type: string
  data: string
}

const count = 200
const lastType = 'done'

/** Each in turn: every line end, characters of two to four bytes, several lines, comments, fields in any order. */
const shapes = [
  (id: string) => [`: ♥\r\nid: ${id}\r\ndata: 小溪 ${id}\r\n\r\n`, `小溪 ${id}`],
  (id: string) => [`data: é\ndata: 😀\ndata\nid:${id}\n\n`, 'é\n😀\n'],
  (id: string) => [`id: ${id}\rdata:${id}\r\r`, id],
  (id: string) => [`data: ${id}\r\nnote: no field\nid: ${id}\r: …\n\n`, id],
] as const

const sent: Sent[] = []
/** Where in `bytes` the reader of so many events goes on: after the blank line of the last one. */
const ends = [0]
/** How many bytes complete each of the events: of a last CRLF the CR does. */
const completions: number[] = []

function compose(): Buffer {
  let text = '\uFEFF'
  for (let n = 1; n <= count; n += 1) {
    const id = n % 7 === 0 ? `第${n}` : String(n)
    const [block, data] = shapes[n % shapes.length]!(id)
    const type = n === count ? lastType : n % 5 === 0 ? 'tick' : 'message'
    text += (type === 'message' ? '' : `event: ${type}\n`) + block
    sent.push({ id, type, data: data! })
    ends.push(Buffer.byteLength(text))
    completions.push(ends[n]! - (text.endsWith('\r\n') ? 1 : 0))
  }
  return Buffer.from(text)
}

const bytes = compose()

/** The number of places to cut at: before the first byte, and after each. */
export const places: number = bytes.length + 1

export interface Outcome {
  events: Sent[]
  /** The `Last-Event-ID` of each request. */
  ids: string[]
}

/** What has to come where the first response is cut after so many bytes. */
export function expected(place: number): Outcome {
  const whole = completions.findLastIndex((bytesNeeded) => bytesNeeded <= place) + 1
  // The last event closes the stream: nobody comes back.
  return { events: sent, ids: whole === count ? [''] : ['', sent[whole - 1]?.id ?? ''] }
}

export interface CutServer {
  /** Reads the stream whose first response is cut after so many bytes. */
  read(cut: Cut, place: number): Promise<Outcome>
  close(): Promise<void>
}

export async function startCutServer(): Promise<CutServer> {
  /** The `Last-Event-ID` of each request, for each URL. */
  const asked = new Map<string, string[]>()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, cut, place] = request.url!.split('/')
    const ids = asked.get(request.url!)!
    const id = Buffer.from(String(request.headers['last-event-id'] ?? ''), 'latin1').toString()
    ids.push(id)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (ids.length > 1) return void response.end(bytes.subarray(ends[received(id)]))
    const first = bytes.subarray(0, Number(place))
    if (cut === 'end') return void response.end(first)
    response.flushHeaders()
    await new Promise((resolve) => response.write(first, resolve))
    // A reset throws away what its receiver has not read yet: let it read.
    for (let round = 0; round < 3; round += 1) await turn()
    request.socket.resetAndDestroy()
  }

  const server = await startHttp((request, response) => void answer(request, response))

  return {
    async read(cut, place) {
      const path = `/${cut}/${place}`
      const ids: string[] = []
      asked.set(path, ids)
      const events = await read(server.url + path)
      asked.delete(path)
      server.requests.length = 0
      return { events, ids }
    },
    close: server.close,
  }
}

/** How many events a reader has whose last one had this id. */
function received(id: string): number {
  return sent.findIndex((event) => event.id === id) + 1
}

function read(url: string): Promise<Sent[]> {
  return new Promise((resolve, reject) => {
    const events: Sent[] = []
    const stream = createEventStream(url, {
      closeOn: lastType,
      retry: { minDelay: 0, jitter: 0, attempts: 5 },
      onEvent: ({ lastEventId: id, type, data }) => events.push({ id, type, data }),
      onClose: () => resolve(events),
      onError: (error) => void (stream.getSnapshot().status === 'failed' && reject(error)),
    })
    stream.open()
  })
}

/** Calls `run` for each of the values, so many at a time. */
export async function eachOf<T>(
  values: Iterable<T>,
  width: number,
  run: (value: T) => Promise<void>,
): Promise<void> {
  const queue = values[Symbol.iterator]()
  async function work(): Promise<void> {
    for (let next = queue.next(); !next.done; next = queue.next()) await run(next.value)
  }
  await Promise.all(Array.from({ length: width }, work))
}
