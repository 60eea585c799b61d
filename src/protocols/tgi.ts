import type { StreamEvent } from '../formats/types.js'
import { errorMessage } from './events/backend-error.js'
import { readFinishReason } from './message/finish-reason.js'
import { detectFormatOrJson } from './json/json-body.js'
import { text } from './json/json.js'
import type { ChatMessage } from './message/message.js'
import { promptOf } from './message/prompt.js'
import { readModelRecord } from './events/record.js'
import type { ChatProtocol, ChatReader, MessageDraft } from './types.js'
import { readUsage } from './message/usage.js'

/** The options of `tgi()`. */
export interface TgiOptions {
  /** The text that the model continues. Default: the conversation as `User: …`, `Assistant: …`. */
  prompt?: ((messages: readonly ChatMessage[]) => string) | undefined
  /** Further parameters of the API, such as `max_new_tokens`. */
  parameters?: Record<string, unknown> | undefined
}

/**
 * Hugging Face's Text Generation Inference: `/generate_stream`. For its `/v1/chat/completions` use
 * `openaiChat()`.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { tgi } from 'brooklet/protocols'
 *
 * const chat = createChat({
 *   url: 'http://localhost:8080/generate_stream',
 *   protocol: tgi({ parameters: { max_new_tokens: 500 } }),
 * })
 * ```
 */
export function tgi({ prompt = promptOf, parameters }: TgiOptions = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages }) => ({
      body: {
        inputs: prompt(messages),
        parameters: { details: true, ...parameters },
        stream: true,
      },
    }),
    reader,
    errorMessage,
  }
}

function reader(): ChatReader {
  let hasTokens = false

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    // An answer that does not stream may be in a list.
    const [record] = [readModelRecord(event, draft)].flat()
    const { token, details, generated_text: whole } = record ?? {}
    if (token) hasTokens = true
    if (token && !token.special) draft.appendText(text(token.text))
    readFinishReason(details?.finish_reason, draft)
    // Without the count of the prompt there is no usage worth showing.
    if (details?.input_length) readUsage(details.input_length, details.generated_tokens, draft)
    if (whole === undefined || whole === null) return
    // The last event repeats all the text; an answer that does not stream has only that.
    if (!hasTokens) draft.appendText(text(whole))
    return 'complete'
  }

  return { read, end: () => 'cut' }
}
