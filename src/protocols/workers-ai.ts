import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { detectFormatOrJson } from './json/json-body.js'
import { list, textOrJson, type Json } from './json/json.js'
import { fileBlock, openaiMessages } from './openai/openai-messages.js'
import { openaiReader } from './openai/openai-reader.js'
import { functionTools } from './message/tools.js'
import { readModelRecord } from './events/record.js'
import type { ChatProtocol, ChatReader, MessageDraft, ReplyInfo } from './types.js'

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
    request: ({ messages, tools }) => ({
      body: {
        messages: openaiMessages(messages, fileBlock),
        tools: functionTools(tools),
        stream: true,
      },
    }),
    reader,
    errorMessage,
  }
}

function reader({ format }: ReplyInfo): ChatReader {
  const chunks = openaiReader(undefined, (choice) => choice?.delta ?? choice?.message)

  function read(event: StreamEvent, draft: MessageDraft): ReturnType<ChatReader['read']> {
    const record = readModelRecord(event, draft)
    if (!record) return chunks.read(event, draft)
    if (record.errors?.[0]) return draft.fail(backendError(event.data))
    // An answer that does not stream may be in an envelope.
    const data = JSON.stringify(chunkOf(record.result ?? record))
    chunks.read({ ...event, data }, draft)
    if (format === 'json-seq') return 'complete'
  }

  return { read, end: chunks.end }
}

/**
 * Cloudflare's own pieces in OpenAI's shape, which those of newer models have already. A call comes
 * complete, or in fragments.
 */
function chunkOf({ response, tool_calls: calls, ...record }: NonNullable<Json>): object {
  const fragments = list(calls).map((call, index) => ({ index, function: call, ...call }))
  // In its JSON mode the response may be the object itself.
  const delta = { ...record, content: textOrJson(response), tool_calls: fragments }
  return { ...record, choices: record.choices ?? [{ ...record, delta }] }
}
