import { detectFormat } from '../formats/detect-format.js'
import type { StreamEvent, StreamFormat } from '../formats/types.js'
import type { ChatReader, MessageDraft, ReplyInfo } from './types.js'

/** `application/json` as text, for `withJsonBody` to read: a stream that was refused, or a list. */
export function detectFormatOrJson(contentType: string | null): StreamFormat | undefined {
  const isJson = /^application\/json\b(?!-)/i.test(contentType ?? '')
  return detectFormat(contentType) ?? (isJson ? 'text' : undefined)
}

/** A reader of a stream that reads an `application/json` answer too. */
export function withJsonBody({ format }: ReplyInfo, reader: ChatReader): ChatReader {
  return format === 'text' ? jsonBodyReader(reader) : reader
}

/**
 * Reads JSON that comes as pieces of text: the object that it is, or each object of a list as soon
 * as it is whole, becomes an event. Each character is looked at once.
 */
function jsonBodyReader(reader: ChatReader): ChatReader {
  /** Of the object so far. */
  let pieces: string[] = []
  let depth = 0
  let isString = false
  let isEscaped = false

  /** Only braces count: what lies between two objects of a list is of no interest. */
  function move(character: string): void {
    if (isEscaped) isEscaped = false
    else if (isString) {
      isString = character !== '"'
      isEscaped = character === '\\'
    } else if (character === '"') isString = depth > 0
    else if (character === '{') depth += 1
    else if (character === '}' && depth > 0) depth -= 1
  }

  function read(event: StreamEvent, draft: MessageDraft): ReturnType<ChatReader['read']> {
    const { data } = event
    let start = 0
    let broken: unknown
    for (let at = 0; at < data.length; at += 1) {
      const before = depth
      move(data[at]!)
      if (before === 0) start = at
      if (before === 0 || depth > 0) continue
      const whole = [...pieces, data.slice(start, at + 1)].join('')
      pieces = []
      try {
        const verdict = reader.read({ ...event, data: whole }, draft)
        if (verdict || draft.error) return verdict
      } catch (error) {
        broken = error
      }
    }
    if (depth > 0) pieces.push(data.slice(start))
    if (broken) throw broken
  }

  return { read, end: (draft) => (depth > 0 ? 'cut' : reader.end(draft)) }
}
