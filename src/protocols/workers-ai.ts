import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage as wordsIn } from './backend-error.js'
import { isDone } from './heartbeat.js'
import { detectFormatOrJson } from './json-body.js'
import { list, parseJson, text, type Json } from './json.js'
import { fileBlock, openaiMessages } from './openai-messages.js'
import { openaiReader } from './openai-reader.js'
import { readModelRecord } from './record.js'
import type { ChatProtocol, ChatReader, MessageDraft, ReplyInfo } from './types.js'
import { readUsage } from './usage.js'

/**
 * Cloudflare's Workers AI: `/ai/run/MODEL`, and the same through a Worker's `env.AI.run()`. Newer
 * models answer as OpenAI does, which is read too.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { workersAi } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/ai', protocol: workersAi() })
 * ```
 */
export function workersAi(): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages }) => ({
      body: { messages: openaiMessages(messages, fileBlock), stream: true },
    }),
    reader,
    errorMessage,
  }
}

function reader({ format }: ReplyInfo): ChatReader {
  const chunks = openaiReader(undefined, (choice) => choice?.delta ?? choice?.message)

  function read(event: StreamEvent, draft: MessageDraft): ReturnType<ChatReader['read']> {
    if (isDone(event)) return 'complete'
    const record = readModelRecord(event, draft)
    if (list(record?.errors).length > 0) {
      return draft.fail(backendError(event.data, errorMessage(event.data)))
    }
    if (record?.choices) return chunks.read(event, draft)
    if (!record?.result) return readPiece(record, draft)
    // An answer that does not stream is in an envelope.
    read({ ...event, data: JSON.stringify(record.result) }, draft)
    return 'complete'
  }

  return {
    read,
    // An answer in JSON, as of `env.AI.run()`, has no marker.
    end: (draft) => (format === 'json-seq' && draft.length > 0 ? 'complete' : chunks.end(draft)),
  }
}

/** A token that is all digits comes as a number. */
function readPiece(record: Json, draft: MessageDraft): void {
  draft.appendReasoning(text(record?.reasoning_content))
  draft.appendText(text(record?.response))
  for (const call of list(record?.tool_calls)) {
    const { id, name, arguments: args } = call?.function ?? call ?? {}
    const opened = draft.openToolCall({ id: text(call?.id ?? id), name: text(name) })
    opened.appendArgs(text(args) || JSON.stringify(args ?? {}))
  }
  readUsage(record?.usage?.prompt_tokens, record?.usage?.completion_tokens, draft)
}

/** Before the stream: `{success:false,errors:[{code,message}]}`. */
function errorMessage(body: string): string | undefined {
  try {
    return text(parseJson(body)?.errors?.[0]?.message) || wordsIn(body)
  } catch {
    return undefined
  }
}
