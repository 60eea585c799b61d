import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { readFinishReason } from './message/finish-reason.js'
import { isImage, refuseFile } from './message/files.js'
import { thoughtsOf, type Step } from './message/history.js'
import { list, text, type Json } from './json/json.js'
import { detectFormatOrJson } from './json/json-body.js'
import type { FilePart } from './message/message.js'
import { imageBlock, openaiMessages } from './openai/openai-messages.js'
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
        messages: openaiMessages(messages, toBlock, planFor),
        tools: functionTools(tools),
        stream: true,
      },
    }),
    reader,
    errorMessage,
  }
}

function toBlock(file: FilePart): object {
  return isImage(file) ? imageBlock(file) : refuseFile(file, 'an image')
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
    const { message, finish_reason: reason, usage, error } = record?.delta ?? record ?? {}
    if (record?.id) draft.setMetadata({ id: record.id })
    draft.appendReasoning(text(message?.tool_plan))
    // In place of a list, an event has the one element that it is about.
    for (const block of [message?.content].flat()) {
      draft.appendReasoning(text(block?.thinking))
      draft.appendText(text(block?.text))
    }
    for (const call of [message?.tool_calls].flat()) {
      readToolCall({ index: record?.index, ...call }, draft)
    }
    for (const citation of [message?.citations].flat()) readSources(citation, draft)
    if (!reason && text(record?.type) !== 'message-end') return
    readFinishReason(reason, draft)
    // The billed units may be fewer than the tokens that were used.
    const counts = usage?.tokens ?? usage?.billed_units
    readUsage(counts?.input_tokens, counts?.output_tokens, draft)
    if (error) draft.fail(backendError(event.data, text(error)))
    return 'complete'
  }

  return { read, end: () => 'cut' }
}

/** A document, or a tool's output, has a URL only if the request gave it one. */
function readSources(citation: Json, draft: MessageDraft): void {
  for (const source of list(citation?.sources)) {
    const { id: documentId, document = source?.tool_output } = source ?? {}
    addSource(document?.url, document?.title ?? documentId, draft, { documentId })
  }
}
