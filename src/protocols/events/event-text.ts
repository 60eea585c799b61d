import { StreamError } from '../../errors.js'
import { createParser } from '../../formats/create-parser.js'
import type { StreamEvent } from '../../formats/types.js'
import type { ChatReader, MessageDraft } from '../types.js'

/**
 * Reads a body that comes as text as an event stream. `find` finds in each piece of it what means
 * something too although, by the standard, it is no event.
 */
export function eventText(
  reader: ChatReader,
  find: (text: string) => readonly StreamEvent[],
): ChatReader {
  const events: StreamEvent[] = []
  const parser = createParser('sse', { onEvent: (event) => void events.push(event) })

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
    read({ data }, draft) {
      parser.push(data)
      events.push(...find(data))
      return readAll(draft)
    },
    /** The last line may lack its end; where its event was cut in two, so was the reply. */
    end(draft) {
      const unfinished = parser.end()
      if (unfinished) events.push(unfinished)
      events.push(...find('\n'))
      try {
        return readAll(draft) ? 'complete' : reader.end(draft)
      } catch (error) {
        if (error instanceof StreamError) return 'cut'
        throw error
      }
    },
  }
}
