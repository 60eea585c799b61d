import { eventText } from './event-text.js'
import { createObjectFinder } from './json-objects.js'
import type { ChatReader, ReplyInfo } from './types.js'

/**
 * Adds to a reader of events that it reads bare JSON too, where the body comes as text: a list of what
 * the events would hold, or an error that the backend wrote between the events of a stream. By the
 * standard, the lines of such an error are to be ignored.
 */
export function withBareJson({ format }: ReplyInfo, reader: ChatReader): ChatReader {
  if (format !== 'text') return reader
  let hasOpenObject: () => boolean
  const end: ChatReader['end'] = (draft) => (hasOpenObject() ? 'cut' : reader.end(draft))
  return eventText({ read: reader.read, end }, (onFound) => {
    const objects = createObjectFinder((data) =>
      onFound({ type: 'message', data, lastEventId: '' }),
    )
    hasOpenObject = objects.isOpen
    return fieldsLeftOut(objects.push)
  })
}

/** Lines that are no fields or comments of an event stream: JSON never begins like one. */
function fieldsLeftOut(push: (line: string) => void): (text: string) => void {
  /** Whether the line that is coming is one. */
  let isField: boolean | undefined

  return (text) => {
    for (const [at, line] of text.split(/[\r\n]/).entries()) {
      if (at > 0) isField = undefined
      if (line) isField ??= /^[a-z:]/.test(line)
      if (isField === false) push(line)
    }
  }
}
