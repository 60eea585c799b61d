import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage as usualMessage } from './events/backend-error.js'
import { detectFormatOrJson } from './json/json-body.js'
import { jsonIn, list, text, type Json } from './json/json.js'
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
    if (list(record?.errors).length > 0) {
      return draft.fail(backendError(event.data, errorMessage(event.data)))
    }
    // An answer that does not stream is in an envelope.
    if (record?.result) {
      read({ ...event, data: JSON.stringify(record.result) }, draft)
      return 'complete'
    }
    if (!record || record.choices) return chunks.read(event, draft)
    return chunks.read({ ...event, data: JSON.stringify(chunkOf(record)) }, draft)
  }

  return {
    read,
    // An answer in JSON, such as that of `env.AI.run()`, has no end marker.
    end: (draft) => (format === 'json-seq' && draft.length > 0 ? 'complete' : chunks.end(draft)),
  }
}

/** Cloudflare's own pieces in OpenAI's shape. A call comes complete, or in fragments. */
function chunkOf({ response, tool_calls: calls, ...record }: NonNullable<Json>): object {
  const fragments = list(calls).map((call, index) => ({
    index,
    ...call,
    function: call?.function ?? call,
  }))
  // In its JSON mode the response may be the object itself.
  const content = response instanceof Object ? JSON.stringify(response) : response
  const delta = { ...record, content, tool_calls: fragments }
  return { ...record, choices: [{ ...record, delta }] }
}

/** An error before the stream: `{success:false,errors:[{code,message}]}`. */
function errorMessage(body: string): string | undefined {
  return text(jsonIn(body)?.errors?.[0]?.message) || usualMessage(body)
}
