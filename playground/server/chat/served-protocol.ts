import type { Heard } from './hear.js'
import type { Json } from './json.js'
import type { Reply } from './reply.js'

/** One backend's way to be asked and to answer. */
export interface ServedProtocol {
  /** Default `sse`. */
  format?: 'ndjson' | 'text'
  headers?: Record<string, string>
  /** Nothing says that the reply is whole, so an end cannot be told from a cut: it is not resumed. */
  isUnmarked?: true
  /** What its request says. */
  read(body: Json): Heard
  /** The events of one reply, `heard` before it. */
  write(reply: Reply, heard: Heard): Generator<Frame>
}

/** One event: `data` is text, or sent as JSON. */
export interface Frame {
  event?: string
  data: string | object
}
