import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { isDone } from './events/signals.js'
import { text, type Json } from './json/json.js'
import type { ChatMessage, FinishReason } from './message/message.js'
import { openaiReader } from './openai/openai-reader.js'
import { promptOf } from './message/prompt.js'
import { readModelRecord } from './events/record.js'
import type { ChatProtocol, ChatReader, MessageDraft } from './types.js'
import { readUsage } from './message/usage.js'

/** The options of `llamaCpp()`. */
export interface LlamaCppOptions {
  /** The text that the model continues. Default: the conversation as `User: …`, `Assistant: …`. */
  prompt?: ((messages: readonly ChatMessage[]) => string) | undefined
}

/**
 * llama.cpp's own `/completion`. The lines of the body are read one by one, because older builds send
 * errors in a field that Server-Sent Events do not have. For `/v1/chat/completions` of llama.cpp, LM
 * Studio and vLLM use `openaiChat()`; what they send is read here too.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { llamaCpp } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: 'http://localhost:8080/completion', protocol: llamaCpp() })
 * ```
 */
export function llamaCpp({ prompt = promptOf }: LlamaCppOptions = {}): ChatProtocol {
  return {
    // As lines, because an error need not be an event.
    detectFormat: (type) => (/\/json\b/i.test(type ?? '') ? 'json-seq' : 'ndjson'),
    request: ({ messages }) => ({ body: { prompt: prompt(messages), stream: true } }),
    reader,
    errorMessage,
  }
}

function reader(): ChatReader {
  const chunks = openaiReader(undefined, (choice) => choice?.delta ?? choice?.message)

  function read(line: StreamEvent, draft: MessageDraft): ReturnType<ChatReader['read']> {
    const [, field, data = line.data] = /^(data|error): ?(.*)/.exec(line.data) ?? []
    if (field === 'error') return draft.fail(backendError(data))
    const event = { ...line, data }
    // Anything else is a comment, or a field without a meaning here.
    if (!data.startsWith('{') && !isDone(event)) return
    const record = readModelRecord(event, draft)
    return !record || record.choices ? chunks.read(event, draft) : readPiece(record, draft)
  }

  return { read, end: chunks.end }
}

function readPiece(record: NonNullable<Json>, draft: MessageDraft): 'complete' | void {
  draft.appendText(text(record.content))
  if (!record.stop) return
  const raw = stopIn(record)
  draft.finish(reasons[raw] ?? 'other', raw || undefined)
  readUsage(record.tokens_evaluated, record.tokens_predicted, draft)
  return 'complete'
}

const reasons: Record<string, FinishReason> = { eos: 'stop', word: 'stop', limit: 'length' }

/** Older builds have a flag for each reason. */
function stopIn(record: Json): string {
  const flag = Object.keys(reasons).find((reason) => record?.[`stopped_${reason}`])
  return text(record?.stop_type) || (flag ?? '')
}
