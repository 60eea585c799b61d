import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { finishReasonOf } from './message/finish-reason.js'
import { list, number, text, type Fields, type Json } from './json/json.js'
import { detectFormatOrJson } from './json/json-body.js'
import { createKeptAnswer } from './message/kept-answer.js'
import type { FinishReason } from './message/message.js'
import { responsesInput } from './openai/openai-responses-input.js'
import { keepItem } from './openai/openai-responses-kept.js'
import { createResponseTexts } from './openai/openai-responses-texts.js'
import { readModelRecord } from './events/record.js'
import { addSource } from './message/source.js'
import type {
  ChatProtocol,
  ChatReader,
  MessageDraft,
  ModelOptions,
  ToolCallDraft,
} from './types.js'
import { readUsage } from './message/usage.js'

/**
 * OpenAI's Responses. Several messages in one reply, and several summaries of its reasoning, have a
 * blank line between them. The text of a refusal is in the message's `metadata.refusal`, and the id
 * of the response in `metadata.id`. What a tool that OpenAI runs has done is a `data` part with the
 * name of its item, such as `web_search_call`. Encrypted reasoning is a `data` part too, and goes back
 * with the next request.
 *
 * A reply that runs in the background (`body: { background: true }`) is fetched from where it was
 * cut: `GET {url}/{id}?stream=true&starting_after={sequence number}`.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { openaiResponses } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/responses', protocol: openaiResponses({ model: 'gpt-5' }) })
 * ```
 */
export function openaiResponses({ model }: ModelOptions = {}): ChatProtocol {
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
    reader,
    errorMessage,
  }
}

/** The items of what the model says, of calls, and of tools that OpenAI or xAI run themselves. */
const said = /^(message|reasoning)$/
const called = /^(function_call|custom_tool_call|mcp_approval_request)$/
const hosted =
  /^(web_search|x_search|file_search|code_interpreter|code_execution|view_\w+|mcp|shell)_call(_output)?$/

function reader(): ChatReader {
  /**
   * By index, because gateways make up a new item id for each event, and by call id, because some give
   * every item the index 0.
   */
  const calls = new Map<unknown, ToolCallDraft>()
  /** Calls of which it is not known yet whether the page or the backend runs them. */
  const customCalls = new Set<ToolCallDraft>()
  let wantsTools = false
  /** By index: a partial image is replaced by the next one. */
  const images = new Map<unknown, ReturnType<MessageDraft['addPart']>>()
  const texts = createResponseTexts()
  const kept = createKeptAnswer('starting_after')
  /** The data of events with a number from 1: servers that do not count say 0 or -1. */
  const sent = new Set<string>()
  let id = ''
  let isBackground = false

  function read(event: StreamEvent, draft: MessageDraft): ReturnType<ChatReader['read']> {
    const record = readModelRecord(event, draft)
    const eventId = text(record?.sequence_number)
    // In the foreground, only if all of it is the same: the numbers of some other servers prove nothing.
    if (kept.isRepeated(eventId) && (isBackground || sent.has(event.data))) return
    if (eventId > '0') sent.add(event.data)
    const type = text(record?.type)
    const response = text(record?.object) === 'response' ? record : record?.response
    if (response) return readResponse(response, type, event.data, draft)
    // A `response.failed` that says the same follows.
    if (record?.error) draft.finish('error', 'failed')
    const [, what = '', how = ''] = /^response\.([\w.]+)\.(\w+)$/.exec(type) ?? []
    readEvent(what, how, record, draft)
  }

  function readEvent(what: string, how: string, record: Json, draft: MessageDraft): void {
    // Some servers give items no index.
    const index = record?.output_index ?? record?.item_id ?? record?.item?.id
    switch (what) {
      case 'output_item':
        return (how === 'done' ? endItem : beginItem)(index, record?.item, draft)
      case 'function_call_arguments':
        if (how === 'delta') calls.get(index)?.appendArgs(text(record?.delta))
        else fillArgs(calls.get(index), text(record?.arguments))
        return
      case 'output_text.annotation':
        return readAnnotation(record?.annotation, draft)
      case 'audio.transcript':
        return draft.appendText(text(record?.delta))
      case 'image_generation_call':
        return showImage(index, record?.partial_image_b64, record?.output_format, draft)
    }
    const [kind] = /^(output_text$|refusal$|reasoning)/.exec(what) ?? []
    const part = number(record?.summary_index ?? record?.content_index) ?? 0
    const value = record?.delta ?? record?.text ?? record?.refusal
    if (kind) texts.write({ kind, index, part }, value, draft, how === 'delta')
  }

  /** Reads the response itself: at the start, at the end, or as an answer that does not stream. */
  function readResponse(
    response: Fields,
    type: string,
    data: string,
    draft: MessageDraft,
  ): ReturnType<ChatReader['read']> {
    const { model, background } = response
    const status = text(response.status) || type.replace('response.', '')
    id = text(response.id) || id
    isBackground ||= !!background
    draft.setMetadata({ id, ...(model && { model }) })
    if (!/^(completed|incomplete|failed|cancelled)$/.test(status)) return
    // A stream has sent its items before.
    const isStreamed = draft.length > 0
    for (const [index, item] of list(response.output).entries()) {
      if (isStreamed) {
        fillArgs(calls.get(text(item?.call_id)), text(item?.arguments))
      } else {
        beginItem(index, item, draft)
        endItem(index, item, draft)
      }
    }
    const reason = text(response.incomplete_details?.reason) || status
    draft.finish(reason === 'completed' ? completion() : finishReasonOf(reason), reason)
    readUsage(response.usage?.input_tokens, response.usage?.output_tokens, draft)
    if (status === 'failed') draft.fail(backendError(data, text(response.error?.message)))
    else return status === 'cancelled' ? 'stopped' : 'complete'
  }

  /** A refusal, and a response that waits for tools, also have the status `completed`. */
  function completion(): FinishReason {
    if (wantsTools || customCalls.size > 0) return 'tool-calls'
    return texts.hasRefusal() ? 'content-filter' : 'stop'
  }

  function beginItem(index: unknown, item: Json, draft: MessageDraft): void {
    const type = text(item?.type)
    // Not when it is done: gateways may end a message only after the calls that follow it.
    if (said.test(type)) settleCustomCalls()
    if (called.test(type)) callOf(index, item, draft)
    // If a model says in which phase of its work it speaks, that has to go back with the next request.
    const openai = { phase: item?.phase }
    if (item?.phase) draft.openText('text').append('', { providerMetadata: { openai } })
  }

  /** Reads what no delta has brought. */
  function endItem(index: unknown, item: Json, draft: MessageDraft): void {
    const type = text(item?.type)
    if (called.test(type)) endCall(callOf(index, item, draft), item)
    if (hosted.test(type)) draft.addPart({ type: 'data', name: type, data: item })
    if (type === 'image_generation_call') showImage(index, item?.result, item?.output_format, draft)
    for (const key of said.test(type) ? ['summary', 'content'] : []) {
      list(item?.[key]).forEach((piece, part) => {
        const words = piece?.refusal ? 'refusal' : 'output_text'
        const kind = type === 'message' ? words : 'reasoning'
        texts.write({ kind, index, part }, piece?.text ?? piece?.refusal, draft, false)
        for (const each of list(piece?.annotations)) readAnnotation(each, draft)
      })
    }
    keepItem(item, draft)
  }

  function endCall(call: ToolCallDraft, item: Json): void {
    if (isCustom(item)) customCalls.add(call)
    // The input of a custom tool is any text: that it is cut, only the status can tell.
    const input = text(item?.status) === 'incomplete' ? '' : JSON.stringify(item?.input)
    fillArgs(call, text(item?.arguments) || input)
  }

  function callOf(index: unknown, item: Json, draft: MessageDraft): ToolCallDraft {
    const key = text(item?.call_id) || index
    const call = calls.get(key) ?? openCall(item, draft)
    calls.set(key, call).set(index, call)
    wantsTools ||= !isCustom(item)
    return call
  }

  /** If the model goes on, it knows their results: xAI reports its own tools as custom ones. */
  function settleCustomCalls(): void {
    for (const call of customCalls) call.update({ providerExecuted: true, state: 'done' })
    customCalls.clear()
  }

  function showImage(index: unknown, data: Json, format: Json, draft: MessageDraft): void {
    if (!text(data)) return
    const mediaType = `image/${text(format) || 'png'}`
    const image = { type: 'file', mediaType, data: text(data) } as const
    const replace = images.get(index)
    if (replace) replace(image)
    else images.set(index, draft.addPart(image))
  }

  return {
    read,
    end: () => 'cut',
    /** A response in the background goes on, and its stream can be fetched from any of its events. */
    resumeUrl: (url, fromStart) => (isBackground ? kept.urlOf(url, id, fromStart) : undefined),
  }
}

/** Whether it may be a call of a tool that the backend runs. */
function isCustom(item: Json): boolean {
  return text(item?.type) === 'custom_tool_call' && !item?.async
}

function openCall(item: Json, draft: MessageDraft): ToolCallDraft {
  const { id, call_id: callId, name, server_label: serverLabel } = item ?? {}
  const call = draft.openToolCall({ id: text(callId ?? id), name: text(name) })
  // A namespace tells tools of one name apart. The model does not wait for the result of an `async` call.
  // A caller is a program, which does.
  const { namespace, async, caller } = item ?? {}
  const openai = { namespace, async, caller }
  if (namespace || async || caller) call.update({ callProviderMetadata: { openai } })
  // The API runs the call itself, but asks before.
  const approval = { id: text(id), serverLabel }
  if (serverLabel) call.update({ providerExecuted: true, state: 'approval', approval })
  return call
}

function fillArgs(call: ToolCallDraft | undefined, args: string | undefined): void {
  if (args && call?.argsText === '') call.appendArgs(args)
}

/** An annotation is a page or a file. */
function readAnnotation(annotation: Json, draft: MessageDraft): void {
  const { url, title, filename, file_id: documentId, container_id: containerId } = annotation ?? {}
  addSource(url, title ?? filename ?? documentId, draft, { documentId, containerId })
}
