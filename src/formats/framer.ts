import { StreamError } from '../errors.js'
import type { ParserHandlers, ParserOptions, StreamEvent } from './types.js'

/** What a format implements: it cuts decoded text into events. Bytes and BOM are settled before it. */
export interface Framer {
  read(text: string): void
  end(): StreamEvent | undefined
  readonly lastEventId: string
}

export type CreateFramer = (handlers: ParserHandlers, options: Required<ParserOptions>) => Framer

/** Ends a stream whose next event would outgrow `maxEventSize`, so that memory stays bounded. */
export function throwTooLarge(limit: number): never {
  throw new StreamError('too-large', `An event of this stream is longer than ${limit} characters`, {
    hint: 'Raise maxEventSize if events this long are meant; otherwise the server may never end its event.',
  })
}
