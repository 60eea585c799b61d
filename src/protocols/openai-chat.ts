import { errorMessage } from './backend-error.js'
import { list, text, type Json } from './json.js'
import { openaiReader } from './openai-reader.js'
import { createToolCalls } from './openai-tool-calls.js'
import type { ChatProtocol, ChatReader, MessageDraft } from './types.js'

/**
 * OpenAI's Chat Completions, and the many backends that are compatible with it. The text of a
 * refusal is in the message's `metadata.refusal`.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { openaiChat } from 'brooklet/protocols'
 *
 * const chat = createChat({
 *   url: 'http://localhost:11434/v1/chat/completions',
 *   protocol: openaiChat({ model: 'qwen3' }),
 * })
 * ```
 */
export function openaiChat({ model }: { model?: string } = {}): ChatProtocol {
  return {
    request: ({ messages }) => ({
      body: {
        model, // JSON leaves it out where it is undefined
        messages: messages.map(({ role, content }) => ({ role, content })),
        stream: true,
        stream_options: { include_usage: true },
      },
    }),
    reader: wholeReader,
    errorMessage,
  }
}

/** What only some backends send: sources, images, refusals, and calls as they were before tools. */
function wholeReader(): ChatReader {
  const readFunctionCall = createToolCalls()
  let refusal = ''

  return openaiReader((chunk, delta, draft) => {
    if (delta?.function_call) readFunctionCall({ function: delta.function_call }, draft)
    for (const sources of [delta?.annotations, chunk?.search_results ?? chunk?.citations]) {
      for (const each of list(sources)) readSource(each, draft)
    }
    for (const image of list(delta?.images)) readImage(text(image?.image_url?.url), draft)
    refusal += text(delta?.refusal)
    if (refusal) draft.setMetadata({ refusal })
  })
}

/** A URL, a search result or an annotation; some backends repeat them on every chunk. */
function readSource(each: Json, draft: MessageDraft): void {
  const source = each?.url_citation ?? each
  const url = text(source?.url ?? source)
  const title = text(source?.title)
  if (url) draft.addPart({ type: 'source', url, ...(title && { title }) })
}

function readImage(url: string, draft: MessageDraft): void {
  const mediaType = /^data:([^;,]+)/.exec(url)?.[1] ?? 'image/*'
  if (url) draft.addPart({ type: 'file', mediaType, url })
}
