import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './backend-error.js'
import { finishReasonOf } from './finish-reason.js'
import { interactionInput } from './gemini-interactions-input.js'
import { list, number, text, type Json } from './json.js'
import { detectFormatOrJson } from './json-body.js'
import { readModelRecord } from './record.js'
import { addSource } from './source.js'
import type { ChatProtocol, ChatReader, MessageDraft, ToolCallDraft } from './types.js'
import { readUsage } from './usage.js'

/**
 * Google's Interactions. The id of the interaction is in the message's `metadata.id`. Where its
 * events have ids, a reply that was cut goes on from `GET {url}/{id}?stream=true&last_event_id={id}`.
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
export function geminiInteractions({ model }: { model?: string } = {}): ChatProtocol {
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
    reader: interactionReader,
    errorMessage,
  }
}

interface Call {
  draft: ToolCallDraft
  /** Those it began with: `{}`, unless they are all there is. */
  args: Json
}

function interactionReader(): ChatReader {
  const calls = new Map<unknown, Call>()
  const eventIds = new Set<string>()
  let id = ''
  let eventId = ''
  /** The last event had come before: a server that has nothing new is not asked again. */
  let isReplay = false

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | 'stopped' | void {
    const record = readModelRecord(event, draft)
    const isRepeated = isKnown(text(record?.event_id))
    const { index, interaction } = record ?? {}
    // The API's first revision called a step content.
    const [, moment] = /^(?:step|content)\.(\w+)$/.exec(text(record?.event_type)) ?? []
    if (moment && !isRepeated) {
      readPart(index, record?.step ?? record?.content ?? record?.delta, draft)
      if (moment === 'stop') stopStep(index)
    }
    const whole = text(record?.object) === 'interaction' ? record : interaction
    if (whole) return readInteraction(whole, event.data, draft)
  }

  /** After a cut, an event may come twice. One without an id is where the last one with an id is. */
  function isKnown(next: string): boolean {
    if (!next) return isReplay
    isReplay = eventIds.has(next)
    if (!isReplay) eventIds.add((eventId = next))
    return isReplay
  }

  /** A step, a delta of one, or a piece of its content. */
  function readPart(index: unknown, part: Json, draft: MessageDraft): void {
    if (text(part?.type) === 'function_call') openCall(index, part, draft)
    draft.appendText(text(part?.text))
    draft.appendReasoning(text(part?.content?.text)) // of a `thought_summary`
    for (const each of list(part?.summary)) draft.appendReasoning(text(each?.text))
    for (const each of list(part?.content)) readPart(index, each, draft)
    calls.get(index)?.draft.appendArgs(text(part?.arguments))
    const mediaType = text(part?.mime_type)
    const data = text(part?.data) || undefined
    const url = text(part?.uri) || undefined
    if (mediaType && (data || url)) draft.addPart({ type: 'file', mediaType, data, url })
    readSources(part?.annotations ?? part?.result, draft)
  }

  function openCall(index: unknown, part: Json, draft: MessageDraft): void {
    const signature = text(part?.signature)
    const call = { id: text(part?.id), name: text(part?.name), ...(signature && { signature }) }
    const known = calls.get(index)?.draft
    calls.set(index, { draft: known ?? draft.openToolCall(call), args: part?.arguments })
  }

  function stopStep(index: unknown): void {
    const { draft, args } = calls.get(index) ?? {}
    if (args && draft?.argsText === '') draft.appendArgs(JSON.stringify(args))
  }

  /** As it is at the start, at the end, or as an answer that does not stream, with its steps. */
  function readInteraction(
    interaction: Json,
    data: string,
    draft: MessageDraft,
  ): 'complete' | 'stopped' | void {
    id = text(interaction?.id) || id
    draft.setMetadata({ id, model: interaction?.model })
    // A stream has told its steps before.
    const steps = draft.length > 0 ? undefined : (interaction?.steps ?? interaction?.outputs)
    list(steps).forEach((step, index) => {
      readPart(index, step, draft)
      stopStep(index)
    })
    const status = text(interaction?.status)
    if (!/^(completed|requires_action|incomplete|failed|cancelled)$/.test(status)) return
    const { usage } = interaction ?? {}
    const output = number(usage?.total_output_tokens)
    const thought = number(usage?.total_thought_tokens) ?? 0
    readUsage(usage?.total_input_tokens, output === undefined ? output : output + thought, draft)
    draft.finish(reasonOf(status), status)
    if (status === 'cancelled') return 'stopped'
    if (status !== 'failed') return 'complete'
    draft.fail(backendError(data, text(interaction?.error?.message) || 'The interaction failed'))
  }

  function reasonOf(status: string): ReturnType<typeof finishReasonOf> {
    if (status === 'incomplete') return 'length'
    const wantsTools = status === 'requires_action' || (status === 'completed' && calls.size > 0)
    return wantsTools ? 'tool-calls' : finishReasonOf(status)
  }

  function resumeUrl(url: string, fromStart?: boolean): string | undefined {
    if (!id || !eventId || (isReplay && !fromStart)) return undefined
    const [path, query] = url.split('?')
    const answer = `${path}/${encodeURIComponent(id)}?${query ? `${query}&` : ''}stream=true`
    return fromStart ? answer : `${answer}&last_event_id=${encodeURIComponent(eventId)}`
  }

  return { read, end: () => 'cut', resumeUrl }
}

/** Citations, or what a search found. */
function readSources(found: Json, draft: MessageDraft): void {
  for (const each of list(found)) {
    const title = each?.title ?? each?.file_name ?? each?.name
    addSource(each?.url ?? each?.document_uri, title, draft)
  }
}
