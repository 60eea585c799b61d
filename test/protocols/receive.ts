import { StreamError } from '../../src/errors.js'
import { createParser } from '../../src/formats/create-parser.js'
import type { StreamEvent, StreamFormat } from '../../src/formats/types.js'
import { createDraft, type Draft } from '../../src/protocols/message/draft.js'
import type { ChatMessage } from '../../src/protocols/message/message.js'
import type { ChatProtocol } from '../../src/protocols/types.js'

export interface Received {
  draft: Draft & { readonly content: string }
  /** What the protocol makes of the end: its marker, an error of the backend, or its verdict. */
  ended: 'marker' | 'stopped' | 'error' | 'complete' | 'unmarked' | 'cut'
  /** What `read` threw. */
  errors: StreamError[]
}

/** Receives a whole reply as a chat does, from bytes to the settled draft. */
export function receive(
  protocol: ChatProtocol,
  format: StreamFormat,
  chunks: Iterable<Uint8Array | string>,
): Received {
  const empty = createDraft()
  const draft = Object.defineProperty(empty, 'content', {
    get: () => empty.snapshot().content,
  }) as Received['draft']
  const reader = protocol.reader({ format, headers: new Headers() })
  const errors: StreamError[] = []
  let ended: Received['ended'] | undefined

  function read(event: StreamEvent): void {
    if (ended) return
    try {
      const end = reader.read(event, draft)
      if (end) ended = end === 'complete' ? 'marker' : end
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      errors.push(error)
    }
    if (draft.error) ended = 'error'
  }

  const parser = createParser(format, { onEvent: read })
  for (const chunk of chunks) parser.push(chunk)
  const unfinished = parser.end()
  if (unfinished) read(unfinished)
  ended ??= reader.end(draft)
  if (draft.error) ended = 'error'
  draft.snapshot(true)
  return { draft, ended, errors }
}

/** The protocol as it reads an answer to these messages. */
export function answering(messages: ChatMessage[], protocol: ChatProtocol): ChatProtocol {
  return { ...protocol, reader: (reply) => protocol.reader({ ...reply, messages }) }
}

/** The protocol as it reads what a reply goes on with. */
export function goingOn(message: ChatMessage, protocol: ChatProtocol): ChatProtocol {
  const before = { ...message, continuedAt: message.parts.length }
  return {
    ...protocol,
    reader: (reply) => protocol.reader({ ...reply, before, messages: [before] }),
  }
}

/** The data of server-sent events as a reply. */
export function receiveData(protocol: ChatProtocol, ...data: (string | object)[]): Received {
  return receive(protocol, 'sse', [sse(...data)])
}

export function sse(...data: (string | object)[]): string {
  return data
    .map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
    .map((each) => `data: ${each.replaceAll('\n', '\ndata: ')}\n\n`)
    .join('')
}
