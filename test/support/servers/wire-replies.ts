import type { IncomingMessage } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import type { StreamFormat } from '../../../src/formats/types.js'
import type { StartedServer } from '../commands.js'
import { allowOrigin } from '../http.js'
import type { ProtocolName } from '../protocol-named.js'
import { seededRandom } from '../seeded-random.js'
import { firstWords, wireReply } from '../wire-reply.js'
import { startObserved } from './observed.js'

export interface WireRepliesOptions {
  protocol: ProtocolName
  /** Of the sizes of the pieces. */
  seed: number
}

/**
 * A backend whose every reply is that of a fixture, in pieces of random sizes. Of the POSTs, each
 * second one is answered with the first words and then with nothing until the page leaves. By GET
 * the whole reply can be had, or what follows the event that the request names: by `Last-Event-ID`
 * or, where its events are numbered in their data, as their API has it. The first GET is cut.
 */
export default async ({ protocol, seed }: WireRepliesOptions): Promise<StartedServer> => {
  const { contentType, format, body } = wireReply(protocol)
  const events = resumableEvents(body, format)
  const reply = Buffer.from(events.join(''))
  const begun = firstWords(reply, protocol)
  const random = seededRandom(seed)
  let posts = 0
  let gets = 0

  return startObserved(async (request, response) => {
    allowOrigin(request, response)
    response.writeHead(200, {
      'content-type': contentType,
      ...(protocol !== 'text' && { 'content-location': '/reply' }),
      'access-control-expose-headers': 'content-location',
      'x-content-type-options': 'nosniff', // a browser holds text back to sniff it
    })
    const isHeld = request.method === 'POST' && ++posts % 2 === 0
    const isCut = request.method === 'GET' && ++gets === 1
    const rest = Buffer.from(events.slice(firstMissing(events, request)).join(''))
    const length = isHeld ? begun : isCut ? (begun + reply.length) / 2 : rest.length
    for (const piece of pieces(rest.subarray(0, length), random)) {
      response.write(piece)
      await turn()
    }
    if (isCut) response.destroy()
    else if (!isHeld) response.end()
  })
}

/** Events with ids, unless they are numbered otherwise, or no reader would see an id. */
function resumableEvents(text: string, format: StreamFormat): string[] {
  if (format !== 'sse') return [text]
  const events = text.split(/(?<=\n\r?\n)/)
  if (/"(event_id|sequence_number)":/.test(text)) return events
  return events.map((event, index) => `id: ${index + 1}\n${event}`)
}

/** The place of the first event that the page does not have. */
function firstMissing(events: string[], { url, headers }: IncomingMessage): number {
  const { searchParams } = new URL(url!, 'http://localhost')
  const named = [
    [headers['last-event-id'], (id: string) => `id: ${id}\n`],
    [searchParams.get('starting_after'), (id: string) => `"sequence_number":${id}}`],
    [searchParams.get('last_event_id'), (id: string) => `"event_id":"${id}"}`],
  ] as const
  for (const [id, write] of named) {
    if (typeof id === 'string') return events.findIndex((event) => event.includes(write(id))) + 1
  }
  return 0
}

function* pieces(bytes: Buffer, random: () => number): Generator<Buffer> {
  for (let at = 0, size = 0; at < bytes.length; at += size) {
    size = 1 + Math.floor(random() * 60)
    yield bytes.subarray(at, at + size)
  }
}
