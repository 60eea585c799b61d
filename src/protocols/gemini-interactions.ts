import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { finishReasonOf } from './message/finish-reason.js'
import { interactionInput } from './gemini/gemini-interactions-input.js'
import {
  createServerToolReader,
  isServerTool,
  keptStep,
} from './gemini/gemini-interactions-tools.js'
import { list, text, textOrJson, type Json } from './json/json.js'
import { detectFormatOrJson } from './json/json-body.js'
import { createKeptAnswer } from './message/kept-answer.js'
import type { FinishReason } from './message/message.js'
import { readModelRecord } from './events/record.js'
import { addSource } from './message/source.js'
import type {
  ChatProtocol,
  ChatReader,
  MessageDraft,
  ModelOptions,
  ToolCallDraft,
} from './types.js'
import { readUsage, total } from './message/usage.js'

/**
 * Google's Interactions. The id of the interaction is in the message's `metadata.id`. If its events
 * have ids, a reply that was cut is resumed with `GET {url}/{id}?stream=true&last_event_id={id}`.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { geminiInteractions } from 'brooklet/protocols'
 *
 * const chat = createChat({
 *   url: '/api/interactions',
 *   protocol: geminiInteractions({ model: 'gemini-2.5-flash' }),
 * })
 * ```
 */
export function geminiInteractions({ model }: ModelOptions = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages, tools }) => ({
      body: {
        model,
        ...interactionInput(messages),
        tools: tools?.map((tool) => ({ type: 'function', ...tool })),
        stream: true,
      },
    }),
    reader,
    errorMessage,
  }
}

function reader(): ChatReader {
  const calls = new Map<unknown, ToolCallDraft>()
  const readServerTool = createServerToolReader()
  /** Steps that repeat what the user said. */
  const asked = new Set<unknown>()
  const kept = createKeptAnswer('last_event_id')
  let id = ''
  let model: Json

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | 'stopped' | void {
    const record = readModelRecord(event, draft)
    const isRepeated = kept.isRepeated(text(record?.event_id))
    const { index, interaction } = record ?? {}
    const type = text(record?.event_type)
    // In the API's first revision, steps were called content.
    const [, moment] = /^(?:step|content)\.(\w+)$/.exec(type) ?? []
    const part = record?.step ?? record?.content ?? record?.delta
    if (text(part?.type) === 'user_input') asked.add(index)
    if (moment && !isRepeated && !asked.has(index)) readPart(index, part, draft)
    const whole = text(record?.object) === 'interaction' ? record : interaction
    if (whole) return readInteraction(whole, type, event.data, draft)
  }

  /** Reads a step, a delta of one, or a piece of its content. */
  function readPart(index: unknown, part: Json, draft: MessageDraft): void {
    const type = text(part?.type)
    if (type === 'user_input') return
    if (part && isServerTool(type)) {
      readServerTool(index, part, draft)
      return readSources(part.result, draft)
    }
    const isCall = type === 'function_call'
    // In the API's first revision, the start of a call may not name it yet.
    if (isCall && part?.name) openCall(index, part, draft)
    if (type === 'text') draft.appendText(text(part?.text))
    if (type === 'thought_summary') draft.appendReasoning(text(part?.content?.text))
    for (const each of list(part?.summary)) draft.appendReasoning(text(each?.text))
    for (const each of list(part?.content)) readPart(index, each, draft)
    const signature = text(part?.signature)
    // Without it, the API refuses the call that follows.
    if (signature && type.startsWith('thought')) {
      draft.addPart(keptStep({ type: 'thought', signature }))
    }
    // The arguments at the start of a call are empty, unless they are complete. Then they may come again.
    const args = textOrJson(part?.arguments)
    const call = calls.get(index)
    if (args !== '{}' && !(isCall && call?.argsText)) call?.appendArgs(args)
    readFile(part, draft)
    readSources(part?.annotations, draft)
  }

  function openCall(index: unknown, part: Json, draft: MessageDraft): void {
    if (calls.has(index)) return
    const signature = text(part?.signature) || undefined
    const callProviderMetadata = { geminiInteractions: {} }
    const start = { id: text(part?.id), name: text(part?.name), signature, callProviderMetadata }
    calls.set(index, draft.openToolCall(start))
  }

  /** Reads the interaction itself: at the start, at the end, or as an answer that does not stream. */
  function readInteraction(
    interaction: Json,
    type: string,
    data: string,
    draft: MessageDraft,
  ): 'complete' | 'stopped' | void {
    id = text(interaction?.id) || id
    model = interaction?.model ?? model
    draft.setMetadata({ id, model })
    // A stream has sent its steps before.
    const steps = draft.length > 0 ? undefined : (interaction?.steps ?? interaction?.outputs)
    list(steps).forEach((step, index) => readPart(index, step, draft))
    const status = text(interaction?.status) || 'completed'
    if (/created|start/.test(type) || /queued|in_progress/.test(status)) return
    const { usage } = interaction ?? {}
    const output = total([usage?.total_output_tokens, usage?.total_thought_tokens])
    readUsage(usage?.total_input_tokens, output, draft)
    draft.finish(reasonOf(status), status)
    const continuationToken = text(interaction?.continuation_token)
    if (continuationToken) draft.setMetadata({ continuationToken })
    if (status === 'cancelled') return 'stopped'
    if (status !== 'failed') return 'complete'
    const error = interaction?.error ?? interaction?.errors?.[0]
    draft.fail(backendError(data, text(error?.message) || 'The interaction failed'))
  }

  function reasonOf(status: string): FinishReason {
    if (/^incomplete|budget|continuation/.test(status)) return 'length'
    const wantsTools = status === 'requires_action' || (status === 'completed' && calls.size > 0)
    return wantsTools ? 'tool-calls' : finishReasonOf(status)
  }

  return { read, end: () => 'cut', resumeUrl: (url, fromStart) => kept.urlOf(url, id, fromStart) }
}

/** The types of files that come without one. */
const mediaTypes: Partial<Record<string, string>> = { image: 'image/png', video: 'video/mp4' }

function readFile(part: Json, draft: MessageDraft): void {
  const mediaType = text(part?.mime_type) || mediaTypes[text(part?.type)]
  const data = text(part?.data) || undefined
  const url = text(part?.uri) || undefined
  if (!mediaType || !(data ?? url)) return
  const providerMetadata = { geminiInteractions: {} }
  draft.addPart({ type: 'file', mediaType, data, url, providerMetadata })
}

/** Citations, or what a search found: pages, documents and places, if they could be fetched. */
function readSources(found: Json, draft: MessageDraft): void {
  for (const each of list(found).flatMap((one) => [one, ...list(one?.places)])) {
    const title = each?.title ?? each?.file_name ?? each?.name
    const isMissing = (text(each?.status) || 'success') !== 'success'
    if (!isMissing) addSource(each?.url ?? each?.document_uri, title, draft)
  }
}
