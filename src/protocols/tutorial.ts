import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage, errorWords, get, readJson, text } from './json.js'
import type { ChatProtocol, ChatReader, MessageDraft } from './types.js'

const textKeys = ['content', 'text', 'token', 'delta', 'chunk', 'message', 'answer', 'response']

/**
 * The shape of the tutorials: `data: {"content":"…"}` for each delta, `data: [DONE]` at the end, and
 * its common variants: other keys, a bare JSON string, raw text, `{"done":true}`, `event: done`.
 *
 * Data that starts with `{`, `[` or `"` is JSON, and reported where it is broken; all else is text.
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
  return { reader: tutorialReader, errorMessage }
}

export function tutorialReader(): ChatReader {
  let isLastBroken = false

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    const { type, data } = event
    isLastBroken = false
    if (type === 'ping' || data === '') return
    if (type === 'error') return draft.fail(backendError(wordsOf(event), data))
    if (type === 'done' || type === 'end' || data === '[DONE]') return 'complete'
    if (!/^[{["]/.test(data)) return draft.appendText(data)
    const lines = data.split('\n')
    try {
      return readValue(readJson(event), data, draft)
    } catch (error) {
      // Servers that write one line end in place of two send several records as one event.
      if (lines.length > 1 && lines.every(isRecord)) return readEach(lines, draft)
      isLastBroken = true
      throw error
    }
  }

  function readEach(lines: string[], draft: MessageDraft): 'complete' | void {
    for (const data of lines) {
      if (read({ type: 'message', data, lastEventId: '' }, draft)) return 'complete'
    }
  }

  return { read, end: () => (isLastBroken ? 'cut' : 'unmarked') }
}

function readValue(value: unknown, data: string, draft: MessageDraft): 'complete' | void {
  if (typeof value === 'string') return draft.appendText(value)
  if (get(value, 'error')) return draft.fail(backendError(errorWords(value), data))
  const key = textKeys.find((name) => text(get(value, name)) !== '')
  if (key) draft.appendText(text(get(value, key)))
  const type = get(value, 'type')
  if (get(value, 'done') === true || type === 'done' || type === 'end') return 'complete'
}

function isRecord(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return line === '[DONE]'
  }
}

function wordsOf(event: StreamEvent): string {
  return errorMessage(event.data) ?? event.data
}
