import type { StreamEvent } from '../formats/types.js'
import type { ChatReader, MessageDraft } from './types.js'

/**
 * Reads JSON that comes in pieces: the object that it is, or each object of a list as soon as it is
 * whole, becomes an event. Each character is looked at once.
 */
export function jsonListReader(reader: ChatReader): ChatReader {
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
