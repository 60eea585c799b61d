import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './backend-error.js'
import { finishReasonOf } from './finish-reason.js'
import { list, number, text, type Json } from './json.js'
import { detectFormatOrJson } from './json-body.js'
import { keptAnswerUrl } from './kept-answer.js'
import { responsesInput } from './openai-responses-input.js'
import { readModelRecord } from './record.js'
import { addSource } from './source.js'
import type { ChatProtocol, ChatReader, MessageDraft, ToolCallDraft } from './types.js'
import { readUsage } from './usage.js'

/**
 * OpenAI's Responses. Several messages in one reply, and several summaries of its reasoning, have a
 * blank line between them. The text of a refusal is in the message's `metadata.refusal`, and the id
 * of the response in `metadata.id`.
 *
 * A reply that runs in the background (`body: { background: true }`) is fetched from where it was
 * cut: `GET {url}/{id}?stream=true&starting_after={sequence number}`.
 *
 * @param options.model The name of the model. Default: none is sent, for a proxy that chooses it.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { openaiResponses } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/responses', protocol: openaiResponses({ model: 'gpt-5' }) })
 * ```
 */
export function openaiResponses({ model }: { model?: string } = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages, tools }) => ({
      body: {
        model,
        input: responsesInput(messages),
        // The API's default is strict, which would make the model fill optional fields as well.
        tools: tools?.map((tool) => ({ type: 'function', strict: false, ...tool })),
        stream: true,
      },
    }),
    reader: responseReader,
    errorMessage,
  }
}

function responseReader(): ChatReader {
  /** By index, as gateways make up a new item id for each event, and by call id, as some count all 0. */
  const calls = new Map<unknown, ToolCallDraft>()
  /** The pieces of text of which a delta has come: an event that repeats one as a whole is not read. */
  const seen = new Set<string>()
  /** Where the last text and the last reasoning came from. */
  const sources: { text?: string; reasoning?: string } = {}
  const files = new Set<unknown>()
  let id = ''
  let refusal = ''
  let sequence = -1
  let isBackground = false
  /** The last event had come before: a server that has nothing new is not asked again. */
  let isReplay = false

  function read(event: StreamEvent, draft: MessageDraft): ReturnType<ChatReader['read']> {
    const record = readModelRecord(event, draft)
    if (isRepeated(number(record?.sequence_number))) return
    const type = text(record?.type)
    const response = text(record?.object) === 'response' ? record : record?.response
    if (response) return readResponse(response, type, event.data, draft)
    const [, what, how] = /^response\.(\w+)\.(\w+)$/.exec(type) ?? []
    const { output_index: index, item } = record ?? {}
    if (type === 'error' && record?.error) {
      draft.finish('error', 'failed') // A `response.failed` that says the same is next.
    } else if (what === 'function_call_arguments') {
      if (how === 'delta') calls.get(index)?.appendArgs(text(record?.delta))
      else fillArgs(calls.get(index), text(record?.arguments))
    } else if (what === 'output_item') {
      if (how === 'done') readItem(index, item, draft)
      else if (text(item?.type) === 'function_call') callOf(index, item, draft)
    } else if (type === 'response.output_text.annotation.added') {
      readAnnotation(record?.annotation, draft)
    } else if (type === 'response.audio.transcript.delta') {
      draft.appendText(text(record?.delta))
    } else if (what && /^(output_text|refusal|reasoning\w*)$/.test(what)) {
      const part = number(record?.summary_index ?? record?.content_index)
      const value = record?.delta ?? record?.text ?? record?.refusal
      write(what, index, part, value, draft, how === 'delta')
    }
  }

  /** After a cut, an event may come twice. Elsewhere numbers prove nothing: some servers do not count. */
  function isRepeated(number: number | undefined): boolean {
    if (number === undefined) return false
    isReplay = isBackground && number <= sequence
    if (!isReplay) sequence = number
    return isReplay
  }

  /** The response as it is: at the start, at the end, or as an answer that does not stream. */
  function readResponse(
    response: Json,
    type: string,
    data: string,
    draft: MessageDraft,
  ): ReturnType<ChatReader['read']> {
    const status = text(response?.status) || type.replace('response.', '')
    id = text(response?.id)
    isBackground = !!response?.background
    draft.setMetadata({ id, model: response?.model })
    if (!/^(completed|incomplete|failed|cancelled)$/.test(status)) return
    // An answer that does not stream has all it says here.
    const isAllThereIs = seen.size + calls.size === 0
    list(response?.output).forEach((item, index) => {
      if (isAllThereIs) readItem(index, item, draft)
      else fillArgs(calls.get(text(item?.call_id)), text(item?.arguments))
    })
    const reason = text(response?.incomplete_details?.reason) || status
    const wantsTools = calls.size > 0 && reason === 'completed'
    draft.finish(wantsTools ? 'tool-calls' : finishReasonOf(reason), reason)
    readUsage(response?.usage?.input_tokens, response?.usage?.output_tokens, draft)
    if (status === 'failed') draft.fail(backendError(data, text(response?.error?.message)))
    else return status === 'cancelled' ? 'stopped' : 'complete'
  }

  /** An item that is whole: what no delta brought of it. */
  function readItem(index: unknown, item: Json, draft: MessageDraft): void {
    seen.add(`item ${index}`)
    const type = text(item?.type)
    if (/(tool|function)_call$/.test(type)) {
      // The input of a custom tool is any text.
      const args = text(item?.arguments) || JSON.stringify(item?.input)
      fillArgs(callOf(index, item, draft), args)
    }
    if (item?.result && type === 'image_generation_call') {
      const mediaType = `image/${text(item.output_format) || 'png'}`
      draft.addPart({ type: 'file', mediaType, data: text(item.result) })
    }
    for (const key of ['summary', 'content']) {
      list(item?.[key]).forEach((part, at) => {
        const words = part?.refusal ? 'refusal' : 'output_text'
        const what = type === 'message' ? words : 'reasoning'
        write(what, index, at, part?.text ?? part?.refusal, draft, false)
        for (const each of list(part?.annotations)) readAnnotation(each, draft)
      })
    }
  }

  function callOf(index: unknown, item: Json, draft: MessageDraft): ToolCallDraft {
    const id = text(item?.call_id)
    const known = calls.get(id || index)
    const call = known ?? draft.openToolCall({ id: id || text(item?.id), name: text(item?.name) })
    calls.set(id || index, call).set(index, call)
    return call
  }

  function write(
    what: string,
    index: unknown,
    part: number | undefined,
    value: Json,
    draft: MessageDraft,
    isDelta: boolean,
  ): void {
    const delta = text(value)
    const key = `${what.split('_')[0]} ${index} ${part}`
    if (!delta || (!isDelta && seen.has(key))) return
    seen.add(key)
    if (what === 'refusal') {
      refusal += delta
      draft.setMetadata({ refusal })
    } else if (what === 'output_text') {
      draft.appendText(separatorFor('text', `${index}`) + delta)
    } else {
      draft.appendReasoning(separatorFor('reasoning', key) + delta)
    }
  }

  function separatorFor(kind: keyof typeof sources, source: string): string {
    const isOther = sources[kind] !== undefined && sources[kind] !== source
    sources[kind] = source
    return isOther ? '\n\n' : ''
  }

  /** A page, or a file: either once, however often it is cited. */
  function readAnnotation(annotation: Json, draft: MessageDraft): void {
    const { url, title, filename, file_id: documentId } = annotation ?? {}
    if (documentId && files.has(documentId)) return
    files.add(documentId)
    addSource(url, title ?? filename ?? documentId, draft, documentId ? { documentId } : {})
  }

  /** A response in the background runs on, and its stream can be had from any of its events. */
  function resumeUrl(url: string, fromStart?: boolean): string | undefined {
    if (!isBackground || !id || (isReplay && !fromStart)) return undefined
    const answer = keptAnswerUrl(url, id)
    return fromStart ? answer : `${answer}&starting_after=${sequence}`
  }

  return { read, end: () => 'cut', resumeUrl }
}

function fillArgs(call: ToolCallDraft | undefined, args: string | undefined): void {
  if (args && call?.argsText === '') call.appendArgs(args)
}
