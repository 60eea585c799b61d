import { errorMessage } from './events/backend-error.js'
import { isHeartbeat } from './events/signals.js'
import { jsonIn } from './json/json.js'
import { openaiReader } from './openai/openai-reader.js'
import { textReader } from './text.js'
import { deltaIn, tutorialReader } from './tutorial.js'
import type { ChatProtocol, ChatReader } from './types.js'

/**
 * The shapes that everybody starts with, recognized by what comes: plain text by its content type,
 * OpenAI-compatible chunks by their `choices` or `object`, and otherwise `{"content":"…"}` with `[DONE]`
 * as in `tutorial()`. The first event that has one of these shapes decides; what comes before it (raw
 * text, an error, an end marker, records of the backend's own) is read as `tutorial()` reads it.
 *
 * Of OpenAI-compatible chunks it reads text, reasoning, tool calls, finish reason, usage and errors;
 * `openaiChat()` also reads sources, images and refusals.
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
  const tutorial = tutorialReader()
  let decided: ChatReader | undefined
  return {
    read(event, draft) {
      if (!decided && !isHeartbeat(event)) {
        const value = jsonIn(event.data)
        if (value?.choices || value?.object) decided = openaiReader()
        else if (deltaIn(value) !== undefined) decided = tutorial
      }
      return (decided ?? tutorial).read(event, draft)
    },
    end: (draft) => (decided ?? tutorial).end(draft),
  }
}
