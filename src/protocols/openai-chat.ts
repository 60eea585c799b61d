import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage, errorWords, get, number, readJson, text } from './json.js'
import type { FinishReason } from './message.js'
import type { ChatProtocol, ChatReader, MessageDraft, ToolCallDraft } from './types.js'

const finishReasons: Record<string, FinishReason> = {
  stop: 'stop',
  eos: 'stop',
  length: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  sensitive: 'content-filter',
  error: 'error',
  network_error: 'error',
}

/**
 * OpenAI's Chat Completions, and the many backends that are compatible with it.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { openaiChat } from 'brooklet/protocols'
 *
 * const chat = createChat({
 *   url: 'http://localhost:11434/v1/chat/completions',
 *   protocol: openaiChat({ model: 'qwen3' }),
 * })
 * ```
 */
export function openaiChat({ model }: { model?: string } = {}): ChatProtocol {
  return {
    request: ({ messages }) => ({
      body: {
        ...(model && { model }),
        messages: messages.map(({ role, content }) => ({ role, content })),
        stream: true,
        stream_options: { include_usage: true },
      },
    }),
    reader: openaiChatReader,
    errorMessage,
  }
}

export function openaiChatReader(): ChatReader {
  const callAt = createToolCalls()

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    if (event.data.startsWith('[DONE]')) return 'complete'
    const chunk = readJson(event)
    // The first of them: with n > 1 the others interleave, and a reply is one message.
    const choices = get(chunk, 'choices')
    const choice = Array.isArray(choices)
      ? choices.find((each) => (get(each, 'index') ?? 0) === 0)
      : undefined
    readDelta(get(choice, 'delta'), draft)
    readSources(chunk, get(choice, 'delta', 'annotations'), draft)
    readUsage(get(chunk, 'usage') ?? get(choice, 'usage') ?? get(chunk, 'x_groq', 'usage'), draft)
    const raw = text(get(choice, 'finish_reason'))
    if (raw) draft.finish(Object.hasOwn(finishReasons, raw) ? finishReasons[raw]! : 'other', raw)
    if (get(chunk, 'error') || get(chunk, 'object') === 'error') {
      draft.fail(backendError(errorWords(chunk), event.data))
    }
  }

  function readDelta(delta: unknown, draft: MessageDraft): void {
    // OpenRouter sends the same text in `reasoning` and in `reasoning_details`.
    draft.appendReasoning(text(get(delta, 'reasoning_content') ?? get(delta, 'reasoning')))
    draft.appendText(contentOf(get(delta, 'content'), draft))
    const calls = get(delta, 'tool_calls')
    if (Array.isArray(calls)) for (const call of calls) readCall(call, draft)
  }

  function readCall(call: unknown, draft: MessageDraft): void {
    const open = callAt(get(call, 'index'), text(get(call, 'id')), text(get(call, 'function', 'name')), draft)
    open.appendArgs(text(get(call, 'function', 'arguments')))
  }

  return {
    read,
    // A few vendors leave the marker out; without a finish reason either, the reply was cut.
    end: (draft) => (draft.finishReason ? 'complete' : 'cut'),
  }
}

/** Which call a fragment belongs to: its index, unless an id that is new says that another begins. */
function createToolCalls() {
  const calls = new Map<unknown, { id: string; call: ToolCallDraft }>()
  let last: unknown
  return (index: unknown, id: string, name: string, draft: MessageDraft): ToolCallDraft => {
    const key = index ?? (id || last)
    const known = calls.get(key)
    last = key
    if (known && (!id || !known.id || id === known.id)) {
      if (id && !known.id) known.call.setId((known.id = id))
      return known.call
    }
    const call = draft.openToolCall({ id, name })
    calls.set(key, { id, call })
    return call
  }
}

/** Mistral sends blocks in place of a string: text, and its reasoning. */
function contentOf(content: unknown, draft: MessageDraft): string {
  if (!Array.isArray(content)) return text(content)
  for (const block of content) {
    const thinking = get(block, 'thinking')
    if (Array.isArray(thinking)) for (const part of thinking) draft.appendReasoning(text(get(part, 'text')))
  }
  return content.map((block) => text(get(block, 'text'))).join('')
}

function readSources(chunk: unknown, annotations: unknown, draft: MessageDraft): void {
  for (const annotation of Array.isArray(annotations) ? annotations : []) {
    const url = get(annotation, 'url_citation', 'url')
    if (url) draft.addPart({ type: 'source', url: text(url), title: text(get(annotation, 'url_citation', 'title')) })
  }
  const results = get(chunk, 'search_results') ?? get(chunk, 'citations')
  for (const result of Array.isArray(results) ? results : []) {
    const title = text(get(result, 'title'))
    draft.addPart({ type: 'source', url: text(get(result, 'url') ?? result), ...(title && { title }) })
  }
}

function readUsage(usage: unknown, draft: MessageDraft): void {
  if (!usage) return
  draft.setUsage({
    inputTokens: number(get(usage, 'prompt_tokens')),
    outputTokens: number(get(usage, 'completion_tokens')),
  })
}
