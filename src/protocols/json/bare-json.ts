import type { StreamEvent } from '../../formats/types.js'
import { eventText } from '../events/event-text.js'
import { createObjectFinder } from './json-objects.js'
import type { ChatReader, ReplyInfo } from '../types.js'

/**
 * Adds to a reader of events that it reads bare JSON too, where the body comes as text: a list of what
 * the events would hold, or an error that the backend wrote between the events of a stream. By the
 * standard, the lines of such an error are to be ignored.
 */
export function withBareJson({ format }: ReplyInfo, reader: ChatReader): ChatReader {
  if (format !== 'text') return reader
  const bareLinesIn = createLineFinder()
  const objects = createObjectFinder()
  const find = (text: string): StreamEvent[] =>
    objects
      .find(bareLinesIn(text).join(''))
      .map((data) => ({ type: 'message', data, lastEventId: '' }))
  const end: ChatReader['end'] = (draft) => (objects.isOpen() ? 'cut' : reader.end(draft))
  return eventText({ read: reader.read, end }, find)
}

/** Finds the lines that are no fields or comments of an event stream: JSON never begins like one. */
function createLineFinder(): (text: string) => string[] {
  /** Whether the line that is coming is one. */
  let isField: boolean | undefined

  return (text) =>
    text.split(/[\r\n]/).filter((line, at) => {
      if (at > 0) isField = undefined
      if (line) isField ??= /^[a-z:]/.test(line)
      return isField === false
    })
}
