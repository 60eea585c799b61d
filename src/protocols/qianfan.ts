import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessageBy } from './events/backend-error.js'
import { finishReasonOf } from './message/finish-reason.js'
import { withoutSystem } from './message/history.js'
import { detectFormatOrJson } from './json/json-body.js'
import { list, text, type Json } from './json/json.js'
import type { ChatMessage } from './message/message.js'
import { openaiReader } from './openai/openai-reader.js'
import { readModelRecord } from './events/record.js'
import { addSource } from './message/source.js'
import type { ChatProtocol, ChatReader, MessageDraft } from './types.js'
import { readUsage } from './message/usage.js'

/**
 * The first version of Baidu's Qianfan, for ERNIE (`rpc/2.0`, with the model in the URL). Version 2 is
 * compatible with OpenAI: use `openaiChat()`; what it sends is read here too.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { qianfan } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/ernie', protocol: qianfan() })
 * ```
 */
export function qianfan(): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages }) => {
      const { system, others } = withoutSystem(messages)
      return { body: { messages: turnsOf(others), system, stream: true } }
    },
    reader,
    errorMessage,
  }
}

/** The API wants user and assistant to take turns, the user to begin, and no message to be empty. */
function turnsOf(messages: readonly ChatMessage[]): object[] {
  const turns: { role: string; content: string }[] = []
  for (const { role, content } of messages) {
    const last = turns.at(-1)
    if (!content || (role === 'assistant' && !last)) continue
    if (last?.role === role) last.content += `\n\n${content}`
    else turns.push({ role, content })
  }
  return turns
}

/** An error comes with the status 200, as JSON. */
const errorMessage = errorMessageBy('error_msg', 'error_description')

function reader(): ChatReader {
  const chunks = openaiReader()
  /** Version 1 always says when it ends; version 2 may leave out its end marker. */
  let isFirstVersion = false

  function read(event: StreamEvent, draft: MessageDraft): ReturnType<ChatReader['read']> {
    const record = readModelRecord(event, draft)
    if (!record || record.choices || record.error) return chunks.read(event, draft)
    if (record.error_code) return draft.fail(backendError(event.data, errorMessage(event.data)))
    isFirstVersion ||= record.is_end !== undefined
    draft.appendText(text(record.result))
    readCall(record.function_call, draft)
    for (const each of list(record.search_info?.search_results)) {
      addSource(each?.url, each?.title, draft)
    }
    readUsage(record.usage?.prompt_tokens, record.usage?.completion_tokens, draft)
    const reason = text(record.finish_reason)
    if (reason) draft.finish(reason === 'normal' ? 'stop' : finishReasonOf(reason), reason)
    // An answer that does not stream has no `is_end`.
    if (record.is_end ?? record.result !== undefined) return 'complete'
  }

  return { read, end: (draft) => (isFirstVersion ? 'cut' : chunks.end(draft)) }
}

/** A call has no id, and there is at most one. */
function readCall(call: Json, draft: MessageDraft): void {
  if (!call) return
  draft.appendReasoning(text(call.thoughts))
  const opened = draft.openToolCall({ id: 'function_call', name: text(call.name) })
  opened.appendArgs(text(call.arguments))
}
