import { createParser as createPeer } from '../node_modules/eventsource-parser/dist/index.js'
import { createParser } from '../../src/formats/create-parser.js'

/** Reads all chunks, and returns what it saw so that nothing can be optimized away. */
export type Contender = (chunks: readonly Uint8Array[]) => number

/** The limit: what turning the bytes into strings costs, before any parsing. */
export function decodeOnly(chunks: readonly Uint8Array[]): number {
  const decoder = new TextDecoder()
  let seen = 0
  for (const chunk of chunks) seen += decoder.decode(chunk, { stream: true }).length
  return seen
}

export function brooklet(chunks: readonly Uint8Array[]): number {
  let seen = 0
  const parser = createParser('sse', {
    onEvent: (event) => {
      seen += event.data.length
    },
  })
  for (const chunk of chunks) parser.push(chunk)
  return seen
}

/** It takes strings; bytes reach it through a streaming decoder, as its documentation does it. */
export function peer(chunks: readonly Uint8Array[]): number {
  let seen = 0
  const decoder = new TextDecoder()
  const parser = createPeer({
    onEvent: (event) => {
      seen += event.data.length
    },
  })
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }))
  return seen
}
