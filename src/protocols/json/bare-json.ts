import type { StreamEvent } from '../../formats/types.js'
import { eventText } from '../events/event-text.js'
import { createObjectFinder } from './json-objects.js'
import type { ChatReader, ReplyInfo } from '../types.js'

/**
 * Makes a reader of events read bare JSON too, in a body that comes as text: a list of what the events
 * would hold, or an error that the backend has written between the events of a stream, whose lines the
 * standard ignores.
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

/** Finds the lines that are not fields or comments of an event stream: JSON never begins like one. */
function createLineFinder(): (text: string) => string[] {
  /** Whether the current line is a field or a comment; undefined until it has begun. */
  let isField: boolean | undefined

  return (text) =>
    text.split(/[\r\n]/).filter((line, at) => {
      if (at > 0) isField = undefined
      if (line) isField ??= /^[a-z:]/.test(line)
      return isField === false
    })
}
