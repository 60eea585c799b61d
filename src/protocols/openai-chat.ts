import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './backend-error.js'
import { isHeartbeat } from './heartbeat.js'
import { list, number, readJson, text, type Json } from './json.js'
import type { FinishReason } from './message.js'
import { createToolCalls } from './openai-tool-calls.js'
import type { ChatProtocol, ChatReader, MessageDraft } from './types.js'

/** OpenAI's own names and those of vendors: `eos`, `model_length`, `function_call`, `sensitive`, `network_error`. */
const finishReasons: [RegExp, FinishReason][] = [
  [/^(stop|eos)$/, 'stop'],
  [/length/, 'length'],
  [/call/, 'tool-calls'],
  [/filter|sensitive/, 'content-filter'],
  [/error/, 'error'],
]

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
    reader: openaiChatReader,
    errorMessage,
  }
}

export function openaiChatReader(): ChatReader {
  const readToolCall = createToolCalls()
  let refusal = ''

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    const { type, data } = event
    if (isHeartbeat(event)) return
    if (data.startsWith('[DONE]')) return 'complete'
    if (type === 'error') return draft.fail(backendError(data))
    const chunk = readJson(event)
    // With n > 1 the choices interleave, and a reply is one message: the first.
    const choice = list(chunk?.choices).find((each) => !each?.index)
    readDelta(choice?.delta, draft)
    readSources(chunk?.search_results ?? chunk?.citations, draft)
    readUsage(chunk?.usage ?? choice?.usage ?? chunk?.x_groq?.usage, draft)
    const reason = text(choice?.finish_reason)
    if (reason) draft.finish(finishReasonOf(reason), reason)
    if (chunk?.error || text(chunk?.object) === 'error') draft.fail(backendError(data))
  }

  function readDelta(delta: Json, draft: MessageDraft): void {
    draft.appendReasoning(reasoningIn(delta))
    readContent(delta?.content, draft)
    for (const call of list(delta?.tool_calls)) readToolCall(call, draft)
    if (delta?.function_call) readToolCall({ function: delta.function_call }, draft)
    readSources(delta?.annotations, draft)
    for (const image of list(delta?.images)) readImage(text(image?.image_url?.url), draft)
    refusal += text(delta?.refusal)
    if (refusal) draft.setMetadata({ refusal })
  }

  return {
    read,
    // A few vendors leave the marker out; without a finish reason either, the reply was cut.
    end: (draft) => (draft.finishReason ? 'complete' : 'cut'),
  }
}

function finishReasonOf(raw: string): FinishReason {
  return finishReasons.find(([pattern]) => pattern.test(raw))?.[1] ?? 'other'
}

/** Under one of three names. Who sends two of them sends the same text in both. */
function reasoningIn(delta: Json): string {
  return (
    text(delta?.reasoning_content) ||
    text(delta?.reasoning) ||
    list(delta?.reasoning_details)
      .map((detail) => text(detail?.text ?? detail?.summary))
      .join('')
  )
}

/** A string or, from Mistral, blocks of text and of its reasoning. */
function readContent(content: Json, draft: MessageDraft): void {
  draft.appendText(text(content))
  for (const block of list(content)) {
    for (const thought of list(block?.thinking)) draft.appendReasoning(text(thought?.text))
    draft.appendText(text(block?.text))
  }
}

/** URLs, search results or annotations; some backends repeat them on every chunk. */
function readSources(sources: Json, draft: MessageDraft): void {
  for (const each of list(sources)) {
    const source = each?.url_citation ?? each
    const url = text(source?.url ?? source)
    const title = text(source?.title)
    if (url) draft.addPart({ type: 'source', url, ...(title && { title }) })
  }
}

function readImage(url: string, draft: MessageDraft): void {
  const mediaType = /^data:([^;,]+)/.exec(url)?.[1] ?? 'image/*'
  if (url) draft.addPart({ type: 'file', mediaType, url })
}

function readUsage(usage: Json, draft: MessageDraft): void {
  if (!usage) return
  draft.setUsage({
    inputTokens: number(usage?.prompt_tokens),
    outputTokens: number(usage?.completion_tokens),
  })
}
