import { StreamError } from '../errors.js'
import { createParser } from '../formats/create-parser.js'
import type { StreamEvent } from '../formats/types.js'
import { jsonListReader } from './json-list.js'
import type { ChatReader, MessageDraft, ReplyInfo } from './types.js'

/**
 * A reader of events that reads JSON without any framing too, where the body comes as text: a list of
 * what the events would have, or, between the events of a stream, an error that the backend wrote there
 * as it was. By the standard the lines of such an error are nothing.
 */
export function withBareJson({ format }: ReplyInfo, reader: ChatReader): ChatReader {
  return format === 'text' ? bodyReader(reader) : reader
}

function bodyReader(reader: ChatReader): ChatReader {
  const events: StreamEvent[] = []
  const onEvent = (event: StreamEvent): void => void events.push(event)
  const parser = createParser('sse', { onEvent })
  const bare = jsonListReader({ read: onEvent, end: reader.end })
  /** Of the line that is coming: whether it is a field or a comment, of which JSON has none. */
  let isField: boolean | undefined

  function push(event: StreamEvent, draft: MessageDraft): void {
    parser.push(event.data)
    for (const [at, line] of event.data.split(/[\r\n]/).entries()) {
      if (at > 0) isField = undefined
      if (line) isField ??= /^[a-z:]/.test(line)
      if (isField === false) bare.read({ ...event, data: line }, draft)
    }
  }

  function readAll(draft: MessageDraft): ReturnType<ChatReader['read']> {
    let broken: unknown
    for (const event of events.splice(0)) {
      try {
        const verdict = reader.read(event, draft)
        if (verdict || draft.error) return verdict
      } catch (error) {
        broken = error
      }
    }
    if (broken) throw broken
  }

  return {
    read(event, draft) {
      push(event, draft)
      return readAll(draft)
    },
    /** The last event may lack its end; where it was cut in two, so was the reply. */
    end(draft) {
      const unfinished = parser.end()
      if (unfinished) onEvent(unfinished)
      try {
        return readAll(draft) ? 'complete' : bare.end(draft)
      } catch (error) {
        if (error instanceof StreamError) return 'cut'
        throw error
      }
    },
  }
}
