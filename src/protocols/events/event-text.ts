import { StreamError } from '../../errors.js'
import { createParser } from '../../formats/create-parser.js'
import type { StreamEvent } from '../../formats/types.js'
import type { ChatReader, MessageDraft } from '../types.js'

/**
 * Reads an event stream from a body that comes as plain text. `find` gets each piece of the text, and
 * returns events for what the standard would have ignored.
 */
export function eventText(
  reader: ChatReader,
  find: (text: string) => readonly StreamEvent[],
): ChatReader {
  const events: StreamEvent[] = []
  const onEvent = (event: StreamEvent): void => void events.push(event)
  // The user's `maxEventSize` is not known here, so it could not be raised for a large image.
  const parser = createParser('sse', { onEvent }, { maxEventSize: Infinity })
  let ended: ReturnType<ChatReader['read']>

  /** A broken event is reported. If the reply ends in the same piece, the next read or `end` says so. */
  function readAll(draft: MessageDraft): ReturnType<ChatReader['read']> {
    let broken: unknown
    for (const event of events.splice(0)) {
      if (ended || draft.error) break
      try {
        ended = reader.read(event, draft)
      } catch (error) {
        broken = error
      }
    }
    if (broken) throw broken
    return ended
  }

  return {
    read({ data }, draft) {
      parser.push(data)
      events.push(...find(data))
      return readAll(draft)
    },
    /** The last line may lack its line end. If its event is broken, the reply was cut. */
    end(draft) {
      const unfinished = parser.end()
      if (unfinished) events.push(unfinished)
      events.push(...find('\n'))
      try {
        return readAll(draft) ? 'complete' : reader.end(draft)
      } catch (error) {
        if (error instanceof StreamError) return ended ? 'complete' : 'cut'
        throw error
      }
    },
  }
}
