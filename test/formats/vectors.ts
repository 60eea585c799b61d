import { readFileSync } from 'node:fs'
import type { Chunk } from '../support/cuts.js'
import { bytesOf } from './parsing.js'

interface Vector {
  name: string
  input?: string
  inputBase64?: string
  chunks?: string[]
  chunksBase64?: string[]
}

export interface SseVector extends Vector {
  initialLastEventId?: string
  events: { event: string; data: string; lastEventId: string }[]
  finalLastEventId: string
  retry: number | null
  comments: string[]
  dispatchAt?: number[]
}

export interface NdjsonVector extends Vector {
  records: { value?: unknown; error?: true; raw?: string }[]
}

export interface JsonSeqVector extends Vector {
  elements: { value?: unknown; error?: 'invalid' | 'truncated' | 'garbage'; raw?: string }[]
}

export interface TextVector extends Vector {
  text: string
  afterChunk?: string[]
}

export function loadVectors<V extends Vector>(name: string): V[] {
  const url = new URL(`../fixtures/vectors/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as V[]
}

export function inputBytes({ input, inputBase64 }: Vector): Uint8Array {
  return input === undefined ? fromBase64(inputBase64!) : bytesOf(input)
}

/** The input as bytes and, where it is text, as a string. */
export function inputs(vector: Vector): Chunk[] {
  const bytes = inputBytes(vector)
  return vector.input === undefined ? [bytes] : [bytes, vector.input]
}

/** The particular chunking of a vector, where it has one. */
export function ownChunks({ chunks, chunksBase64 }: Vector): Uint8Array[] | undefined {
  return chunksBase64?.map(fromBase64) ?? chunks?.map(bytesOf)
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}
