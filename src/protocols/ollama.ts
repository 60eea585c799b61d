import type { StreamEvent } from '../formats/types.js'
import { errorMessage } from './events/backend-error.js'
import { readFinishReason } from './message/finish-reason.js'
import { fileData, refuseFile } from './message/files.js'
import { stepsOf, thoughtsOf, unlessEmpty } from './message/history.js'
import { list, text, textOrJson, type Json } from './json/json.js'
import { detectFormatOrJson } from './json/json-body.js'
import type { ChatMessage } from './message/message.js'
import { readModelRecord } from './events/record.js'
import { functionTools } from './message/tools.js'
import type { ChatProtocol, ChatReader, MessageDraft, ModelOptions } from './types.js'
import { readUsage } from './message/usage.js'

/**
 * Ollama's own API: `/api/chat`, and what `/api/generate` answers. A page may ask it directly if
 * `OLLAMA_ORIGINS` names the page's origin.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { ollama } from 'brooklet/protocols'
 *
 * const chat = createChat({
 *   url: 'http://localhost:11434/api/chat',
 *   protocol: ollama({ model: 'qwen3' }),
 * })
 * ```
 */
export function ollama({ model }: ModelOptions = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages, tools }) => ({
      body: {
        model,
        messages: toMessages(messages),
        tools: functionTools(tools),
        stream: true,
      },
    }),
    reader,
    errorMessage,
  }
}

function reader(): ChatReader {
  let hasCalls = false

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    const line = readModelRecord(event, draft)
    const { message } = line ?? {}
    draft.appendReasoning(text(message?.thinking ?? line?.thinking))
    draft.appendText(text(message?.content ?? line?.response))
    for (const call of list(message?.tool_calls)) readCall(call, draft)
    for (const data of [...list(message?.images), line?.image].map(text)) {
      if (data) draft.addPart({ type: 'file', mediaType: 'image/png', data })
    }
    if (!line?.done) return
    draft.setMetadata({ model: line.model })
    readFinishReason(line.done_reason, draft, hasCalls)
    readUsage(line.prompt_eval_count, line.eval_count, draft)
    return 'complete'
  }

  /** A call comes complete. */
  function readCall(call: Json, draft: MessageDraft): void {
    hasCalls = true
    const { name, arguments: args } = call?.function ?? {}
    const opened = draft.openToolCall({ id: text(call?.id), name: text(name) })
    opened.appendArgs(textOrJson(args))
  }

  return { read, end: () => 'cut' }
}

function toMessages(messages: readonly ChatMessage[]): object[] {
  return stepsOf(messages).flatMap((step) => {
    const { role, text, files, calls } = step
    return [
      {
        role,
        content: text,
        // Models call tools better if they see why they made the earlier calls.
        thinking: (calls.length > 0 && thoughtsOf(step)) || undefined,
        // Ollama sees by its first bytes what a file is: sounds are among the images too.
        images: unlessEmpty(
          files.map((file) => fileData(file) ?? refuseFile(file, 'a file in base64')),
        ),
        tool_calls: unlessEmpty(
          calls.map(({ name, args }) => ({ function: { name, arguments: args } })),
        ),
      },
      ...calls.map(({ name, answer }) => ({ role: 'tool', tool_name: name, content: answer })),
    ]
  })
}
