import { isJson } from '../formats/is-json.js'
import type { StreamEvent } from '../formats/types.js'
import { errorMessage } from './events/backend-error.js'
import { readModelRecord } from './events/record.js'
import { isDone, isHeartbeat } from './events/signals.js'
import { isText, looksLikeJson, text, type Json } from './json/json.js'
import { textReader } from './text.js'
import type { ChatProtocol, ChatReader, MessageDraft } from './types.js'

const textKeys = 'content text token delta chunk message answer response'.split(' ')

/**
 * The shape that tutorials on streaming use: `data: {"content":"…"}` for each delta, `data: [DONE]` at
 * the end. And its common variants: other keys, a bare JSON string, raw text, `{"done":true}`,
 * `event: done`, `{"error":"…"}`, `event: error`.
 *
 * Data that starts with `{`, `[` or `"` is JSON, and reported if it is broken; everything else is text,
 * and so is all of a `text/plain` body.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { tutorial } from 'brooklet/protocols'
 *
 * const chat = createChat({ protocol: tutorial() })
 * ```
 */
export function tutorial(): ChatProtocol {
  return {
    reader: ({ format }) => (format === 'text' ? textReader() : tutorialReader()),
    errorMessage,
  }
}

export function tutorialReader(): ChatReader {
  let isLastBroken = false

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    const { type, data } = event
    if (isHeartbeat(event)) return
    isLastBroken = false
    if (isEnd(type) || isDone(event)) return 'complete'
    if (type !== 'error' && !looksLikeJson(data)) return draft.appendText(data)
    try {
      return readValue(readModelRecord(event, draft), draft)
    } catch (error) {
      // A server that writes one line end after each record, in place of two, makes one event of them all.
      const lines = data.split('\n')
      if (isJson(lines[0]!)) {
        return lines.some((each) => read({ ...event, data: each }, draft)) ? 'complete' : undefined
      }
      isLastBroken = true
      throw error
    }
  }

  return { read, end: () => (isLastBroken ? 'cut' : 'unmarked') }
}

function readValue(value: Json, draft: MessageDraft): 'complete' | void {
  const type = text(value?.type)
  if (isEnd(type)) return 'complete'
  if (draft.error) return
  const isThought = /think|reason/.test(type)
  draft[isThought ? 'appendReasoning' : 'appendText'](text(deltaIn(value) ?? value))
  if (value?.done) return 'complete'
}

/** The text in a record of this shape, `undefined` in a record of another one. */
export function deltaIn(value: Json): Json {
  for (const key of textKeys) if (isText(value?.[key])) return value[key]
  return undefined
}

function isEnd(type: string): boolean {
  return /^(done|end)$/.test(type)
}
