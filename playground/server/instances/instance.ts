/**
 * One of the two servers of the page "Instances", a process of its own: `PUT /ID` has it write a story,
 * `GET /ID` serves one, whoever writes it. It gets its name and the Redis that both share.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeHandler } from 'brooklet/server'
import type { DurableStream } from 'brooklet/server'
import { pieces, tellReply } from '../adventure/tell.js'
import { languageFrom } from '../language.js'
import { openStreams } from '../streams.js'

/** Milliseconds between two words. */
const pause = 120
/** Milliseconds after which a writer that says nothing counts as gone. */
const lease = 2000

const [name = '', redisUrl] = process.argv.slice(2)
const { streams } = await openStreams(redisUrl, lease)

async function handle(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  if (request.method !== 'PUT') {
    return streams.response(request, pathname, { headers: { 'Playground-Instance': name } })
  }
  const words = pieces(tellReply(['start'], languageFrom(searchParams.get('lang'))))
  return Response.json(await streams.start(pathname, (stream) => write(stream, words)))
}

async function write({ send, signal }: DurableStream, words: readonly string[]): Promise<void> {
  for (const [index, word] of words.entries()) {
    await send({ event: 'count', data: { n: index + 1, of: words.length, word, writer: name } })
    await sleep(pause, undefined, { signal })
  }
  await send({ event: 'done', data: {} })
}

const server = createServer(nodeHandler(handle)).listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})
// It does not outlive the playground.
process.on('disconnect', () => process.exit())
