import { eventText, type Finder } from './event-text.js'
import { jsonListReader } from './json-list.js'
import type { ChatReader, ReplyInfo } from './types.js'

/**
 * A reader of events that reads JSON without any framing too, where the body comes as text: a list of
 * what the events would have, or, between the events of a stream, an error that the backend wrote there
 * as it was. By the standard the lines of such an error are nothing.
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
  /** Of the line that is coming: whether it is a field or a comment, of which JSON has none. */
  let isField: boolean | undefined

  return (text, draft) => {
    for (const [at, data] of text.split(/[\r\n]/).entries()) {
      if (at > 0) isField = undefined
      if (data) isField ??= /^[a-z:]/.test(data)
      if (isField === false) json.read({ type: 'message', data, lastEventId: '' }, draft)
    }
  }
}
