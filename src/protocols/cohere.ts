import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { readFinishReason } from './message/finish-reason.js'
import { thoughtsOf, type Step } from './message/history.js'
import { list, text, type Json } from './json/json.js'
import { detectFormatOrJson } from './json/json-body.js'
import { openaiMessages } from './openai/openai-messages.js'
import { createToolCalls } from './openai/openai-tool-calls.js'
import { readModelRecord } from './events/record.js'
import { addSource } from './message/source.js'
import { functionTools } from './message/tools.js'
import type { ChatProtocol, ChatReader, MessageDraft, ModelOptions } from './types.js'
import { readUsage } from './message/usage.js'

/**
 * Cohere's `/v2/chat`. The model's plan of how to use its tools is read as reasoning.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { cohere } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/chat', protocol: cohere({ model: 'command-a-03-2025' }) })
 * ```
 */
export function cohere({ model }: ModelOptions = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages, tools }) => ({
      body: {
        model,
        messages: openaiMessages(messages, undefined, planFor),
        tools: functionTools(tools),
        stream: true,
      },
    }),
    reader,
    errorMessage,
  }
}

/** What the model said and thought before its calls is its plan: the API takes no text beside them. */
function planFor(step: Step): object {
  if (step.calls.length === 0) return {}
  return { content: undefined, tool_plan: thoughtsOf(step) + step.text || undefined }
}

function reader(): ChatReader {
  const readToolCall = createToolCalls()

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    const record = readModelRecord(event, draft)
    if (text(record?.message)) return draft.fail(backendError(event.data))
    // An answer that does not stream has in one object what the events have in their deltas.
    const answer = record?.delta ?? record
    readMessage(record?.index, answer?.message, draft)
    if (record?.id) draft.setMetadata({ id: record.id })
    const { finish_reason: reason, usage, error } = answer ?? {}
    if (!reason && text(record?.type) !== 'message-end') return
    readFinishReason(reason, draft)
    // The billed units may be fewer than the tokens that were used.
    const counts = usage?.tokens ?? usage?.billed_units
    readUsage(counts?.input_tokens, counts?.output_tokens, draft)
    if (error) draft.fail(backendError(event.data, text(error)))
    return 'complete'
  }

  /** In place of a list, an event has the one element that it is about. */
  function readMessage(index: Json, message: Json, draft: MessageDraft): void {
    draft.appendReasoning(text(message?.tool_plan))
    for (const block of listOf(message?.content)) {
      draft.appendReasoning(text(block?.thinking))
      draft.appendText(text(block?.text))
    }
    for (const call of listOf(message?.tool_calls)) readToolCall({ index, ...call }, draft)
    for (const source of listOf(message?.citations).flatMap((each) => list(each?.sources))) {
      // A document, or a tool's output, has a URL only if the request gave it one.
      const { id: documentId, document = source?.tool_output } = source ?? {}
      addSource(document?.url, document?.title ?? documentId, draft, { documentId })
    }
  }

  return { read, end: () => 'cut' }
}

function listOf(value: Json): readonly Json[] {
  return [value].flat()
}
