import { StreamError } from '../errors.js'
import { createParser } from '../formats/create-parser.js'
import type { StreamEvent } from '../formats/types.js'
import type { ChatReader, MessageDraft } from './types.js'

/** Finds in each piece of a body what means something although, by the standard, it is no event. */
export type Finder = (text: string, draft: MessageDraft) => void

/** Reads a body that comes as text as an event stream, and what the finder finds in it as events too. */
export function eventText(
  reader: ChatReader,
  createFinder: (onFound: (event: StreamEvent) => void) => Finder,
): ChatReader {
  const events: StreamEvent[] = []
  const onEvent = (event: StreamEvent): void => void events.push(event)
  const parser = createParser('sse', { onEvent })
  const find = createFinder(onEvent)

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
      find(data, draft)
      return readAll(draft)
    },
    /** The last line may lack its end; where its event was cut in two, so was the reply. */
    end(draft) {
      const unfinished = parser.end()
      if (unfinished) onEvent(unfinished)
      find('\n', draft)
      try {
        return readAll(draft) ? 'complete' : reader.end(draft)
      } catch (error) {
        if (error instanceof StreamError) return 'cut'
        throw error
      }
    },
  }
}
