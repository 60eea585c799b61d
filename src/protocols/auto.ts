import type { StreamEvent } from '../formats/types.js'
import { errorMessage, get } from './json.js'
import { openaiChatReader } from './openai-chat.js'
import { textReader } from './text.js'
import { tutorialReader } from './tutorial.js'
import type { ChatProtocol, ChatReader } from './types.js'

/**
 * The shapes that everybody starts with, told apart by what comes: plain text by its content type,
 * OpenAI-compatible chunks by their `choices`, and else `{"content":"…"}` with `[DONE]` as in
 * `tutorial()`. The first event that is JSON decides.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { auto } from 'brooklet/protocols'
 *
 * const chat = createChat({ protocol: auto() }) // what a chat does anyway
 * ```
 */
export function auto(): ChatProtocol {
  return {
    reader: ({ format }) => (format === 'text' ? textReader() : sniffingReader()),
    errorMessage,
  }
}

function sniffingReader(): ChatReader {
  // Until an event tells, the tolerant one reads: it knows raw text, errors and every end marker.
  let reader = tutorialReader()
  let isDecided = false
  return {
    read(event, draft) {
      if (!isDecided) {
        const kind = kindOf(event)
        isDecided = kind !== undefined
        if (kind === 'openai') reader = openaiChatReader()
      }
      return reader.read(event, draft)
    },
    end: (draft) => reader.end(draft),
  }
}

function kindOf({ data }: StreamEvent): 'openai' | 'tutorial' | undefined {
  if (!data.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(data)
    const isChunk = Array.isArray(get(value, 'choices')) || get(value, 'object') !== undefined
    return isChunk ? 'openai' : 'tutorial'
  } catch {
    return undefined
  }
}
