import { backendError, errorMessage as usualMessage } from './events/backend-error.js'
import { detectFormatOrJson } from './json/json-body.js'
import { jsonIn, list, number, text, type Json } from './json/json.js'
import { createCustomCalls } from './openai/openai-custom-calls.js'
import { fileBlock, openaiMessages } from './openai/openai-messages.js'
import { inSnakeCase } from './openai/openai-pascal-case.js'
import { openaiReader } from './openai/openai-reader.js'
import { createThoughtsKeeper, thoughtsIn } from './openai/openai-thoughts.js'
import { createToolCalls } from './openai/openai-tool-calls.js'
import { addSource } from './message/source.js'
import { functionTools } from './message/tools.js'
import type { ChatProtocol, ChatReader, MessageDraft, ModelOptions } from './types.js'

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
export function openaiChat({ model }: ModelOptions = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages, tools }) => ({
      body: {
        model, // JSON leaves it out if it is undefined
        messages: openaiMessages(messages, fileBlock, thoughtsIn(messages, !!tools)),
        tools: functionTools(tools),
        stream: true,
        stream_options: { include_usage: true },
      },
    }),
    reader,
    errorMessage,
  }
}

/**
 * Also reads what only some backends send: sources, images, refusals, calls of custom tools, and the older
 * `function_call`.
 */
function reader(): ChatReader {
  const readFunctionCall = createToolCalls()
  const toFunctions = createCustomCalls()
  const keepThoughts = createThoughtsKeeper()
  let refusal = ''
  let hasDelta = false

  function readMore(chunk: Json, delta: Json, draft: MessageDraft): void {
    readFunctionCall({ function: delta?.function_call }, draft)
    const sources = [
      delta?.annotations,
      chunk?.search_results,
      chunk?.citations,
      chunk?.references,
      chunk?.web_search,
      // Groq
      ...list(delta?.executed_tools).map((tool) => tool?.search_results?.results),
    ]
    for (const each of sources.flatMap(list)) readSource(each, draft)
    draft.appendText(text(delta?.audio?.transcript))
    for (const image of list(delta?.images)) readImage(text(image?.image_url?.url), draft)
    refusal += text(delta?.refusal)
    if (refusal) draft.setMetadata({ refusal })
    // A refusal has the finish reason `stop` too.
    if (refusal && draft.finishReason === 'stop') draft.finish('content-filter', 'stop')
    keepThoughts(delta, draft)
    if (chunk?.id) draft.setMetadata({ id: chunk.id, model: chunk.model })
    readStatus(chunk, draft)
  }

  /** In an answer that does not stream, the whole message, which MiniMax also repeats after the deltas. */
  function deltaIn(choice: Json): Json {
    hasDelta ||= !!choice?.delta
    const delta = choice?.delta ?? (hasDelta ? undefined : choice?.message)
    // The input of a call that a limit or a filter has cut stays open: nobody may run it.
    const isDone = /stop|call/.test(text(choice?.finish_reason))
    return { ...delta, tool_calls: toFunctions(delta?.tool_calls, isDone) as unknown as Json }
  }

  const { read, end } = openaiReader(readMore, deltaIn)
  return { read: (event, draft) => read(inSnakeCase(event), draft), end }
}

/** With OpenRouter, the words of the provider behind it say more than its own. */
function errorMessage(body: string): string | undefined {
  const raw = text(jsonIn(body)?.error?.metadata?.raw)
  return usualMessage(raw) ?? (raw || usualMessage(body))
}

/** Spark has a code in place of choices; OpenRouter may have an error in a choice, and Groq in its `x_groq`. */
function readStatus(chunk: Json, draft: MessageDraft): void {
  const { choices, x_groq: groq } = chunk ?? {}
  const broken = [...list(choices), groq].find((each) => each?.error)
  if (broken) draft.fail(backendError(JSON.stringify(broken)))
  const code = number(choices ? 0 : chunk?.code)
  if (code && code !== 200) draft.fail(backendError(JSON.stringify(chunk)))
}

/** A URL, a search result or an annotation; some backends repeat them on every chunk. */
function readSource(each: Json, draft: MessageDraft): void {
  const source = each?.url_citation ?? each
  const url = text(source?.url) || text(source?.link) || source
  addSource(url, source?.title, draft)
}

function readImage(url: string, draft: MessageDraft): void {
  const mediaType = /^data:([^;,]+)/.exec(url)?.[1] ?? 'image/*'
  if (url) draft.addPart({ type: 'file', mediaType, url })
}
