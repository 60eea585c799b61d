import type { StreamEvent } from '../../formats/types.js'
import { readModelRecord } from '../events/record.js'
import { readFinishReason } from '../message/finish-reason.js'
import { isDone } from '../events/signals.js'
import { list, text, type Json } from '../json/json.js'
import { createToolCalls } from './openai-tool-calls.js'
import type { ChatReader, MessageDraft } from '../types.js'
import { readUsage } from '../message/usage.js'

/**
 * Reads what every OpenAI-compatible backend sends: text, reasoning, tool calls, why it ended, usage,
 * errors. `readMore` is then called with each chunk and its delta, which `deltaIn` finds in a choice.
 */
export function openaiReader(
  readMore?: (chunk: Json, delta: Json, draft: MessageDraft) => void,
  deltaIn: (choice: Json) => Json = (choice) => choice?.delta,
): ChatReader {
  const readToolCall = createToolCalls()
  let hasCalls = false

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    const chunk = readModelRecord(event, draft)
    if (!chunk && isDone(event)) return 'complete'
    // With n > 1 the choices interleave, and a reply is one message: the first.
    const choice = list(chunk?.choices).find((each) => !each?.index)
    const delta = deltaIn(choice)
    draft.appendReasoning(reasoningIn(delta))
    readContent(delta?.content, draft)
    for (const call of list(delta?.tool_calls)) {
      hasCalls = true
      readToolCall(call, draft)
    }
    const usage = chunk?.usage ?? choice?.usage ?? chunk?.x_groq?.usage
    readUsage(usage?.prompt_tokens, usage?.completion_tokens, draft)
    readFinishReason(choice?.finish_reason, draft, hasCalls)
    readMore?.(chunk, delta, draft)
  }

  return {
    read,
    // A few vendors leave the marker out; without a finish reason either, the reply was cut.
    end: (draft) => (draft.finishReason ? 'complete' : 'cut'),
  }
}

/** Under one of three names. A backend that uses two of them sends the same text in both. */
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
