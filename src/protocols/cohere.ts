import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { readFinishReason } from './message/finish-reason.js'
import { thoughtsOf, type Step } from './message/history.js'
import { list, text, type Json } from './json/json.js'
import { detectFormatOrJson } from './json/json-body.js'
import { openaiMessages } from './openai/openai-messages.js'
import { readModelRecord } from './events/record.js'
import { addSource } from './message/source.js'
import { functionTools } from './message/tools.js'
import type {
  ChatProtocol,
  ChatReader,
  MessageDraft,
  ModelOptions,
  ToolCallDraft,
} from './types.js'
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
  const calls = new Map<unknown, ToolCallDraft>()

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    const record = readModelRecord(event, draft)
    const refusal = text(record?.message)
    if (refusal) return draft.fail(backendError(event.data, refusal))
    // An answer that does not stream has in one object what the events have in their deltas.
    const answer = record?.delta ?? record
    readMessage(record?.index, answer?.message, draft)
    if (record?.id) draft.setMetadata({ id: record.id })
    if (answer?.finish_reason) finish(answer, event.data, draft)
    if (answer?.finish_reason || text(record?.type) === 'message-end') return 'complete'
  }

  /** In place of a list, an event has the one element that it is about. */
  function readMessage(index: unknown, message: Json, draft: MessageDraft): void {
    draft.appendReasoning(text(message?.tool_plan))
    for (const block of listOf(message?.content)) {
      draft.appendReasoning(text(block?.thinking))
      draft.appendText(text(block?.text))
    }
    listOf(message?.tool_calls).forEach((call, at) => readCall(index ?? at, call, draft))
    for (const citation of listOf(message?.citations)) {
      for (const source of list(citation?.sources)) readSource(source, draft)
    }
  }

  function readCall(index: unknown, call: Json, draft: MessageDraft): void {
    const { name, arguments: args } = call?.function ?? {}
    const start = { id: text(call?.id), name: text(name) }
    if (start.id || start.name) calls.set(index, draft.openToolCall(start))
    calls.get(index)?.appendArgs(text(args))
  }

  /** A document, or a tool's output, has a URL only if the request gave it one. */
  function readSource(source: Json, draft: MessageDraft): void {
    const documentId = text(source?.id)
    const { url, title } = source?.document ?? source?.tool_output ?? {}
    addSource(url, title ?? documentId, draft, { documentId })
  }

  return { read, end: () => 'cut' }
}

function listOf(value: Json): readonly Json[] {
  return [value].flat()
}

function finish(end: Json, data: string, draft: MessageDraft): void {
  readFinishReason(end?.finish_reason, draft)
  // The billed units may be fewer than the tokens that were used.
  const usage = end?.usage?.tokens ?? end?.usage?.billed_units
  readUsage(usage?.input_tokens, usage?.output_tokens, draft)
  if (end?.error) draft.fail(backendError(data, text(end.error)))
}
