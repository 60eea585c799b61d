import { eventText, type Finder } from './event-text.js'
import { jsonListReader } from './json-list.js'
import type { ChatReader, ReplyInfo } from './types.js'

/**
 * Adds to a reader of events that it reads bare JSON too, where the body comes as text: a list of what
 * the events would hold, or an error that the backend wrote between the events of a stream. By the
 * standard, the lines of such an error are to be ignored.
 */
export function withBareJson({ format }: ReplyInfo, reader: ChatReader): ChatReader {
  if (format !== 'text') return reader
  let json: ChatReader
  return eventText({ read: reader.read, end: (draft) => json.end(draft) }, (onFound) => {
    json = jsonListReader({ read: onFound, end: reader.end })
    return jsonFinder(json)
  })
}

function jsonFinder(json: ChatReader): Finder {
  /** Whether the line that is coming is a field or a comment: JSON never begins like one. */
  let isField: boolean | undefined

  return (text, draft) => {
    for (const [at, data] of text.split(/[\r\n]/).entries()) {
      if (at > 0) isField = undefined
      if (data) isField ??= /^[a-z:]/.test(data)
      if (isField === false) json.read({ type: 'message', data, lastEventId: '' }, draft)
    }
  }
}
