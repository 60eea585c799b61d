import type { StreamEvent } from '../formats/types.js'
import { errorMessage } from './events/backend-error.js'
import { anthropicRequest } from './anthropic/anthropic-request.js'
import { readFinishReason } from './message/finish-reason.js'
import { list, text, textOrJson, type Fields, type Json } from './json/json.js'
import { detectFormatOrJson } from './json/json-body.js'
import type { ChatMessage } from './message/message.js'
import { readModelRecord } from './events/record.js'
import { addSource } from './message/source.js'
import type {
  AddedPart,
  ChatProtocol,
  ChatReader,
  MessageDraft,
  ModelOptions,
  ReplyInfo,
  TextDraft,
  ToolCallDraft,
} from './types.js'
import { readUsage } from './message/usage.js'

/** The options of `anthropic()`. */
export interface AnthropicOptions extends ModelOptions {
  /** The most tokens that a reply may have, which the API requires. Default 4096. */
  maxTokens?: number | undefined
}

/**
 * Anthropic's Messages. A tool that Anthropic runs itself is a tool call with `providerExecuted`;
 * why the model refused to answer is in the message's `metadata.refusal`.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { anthropic } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/messages', protocol: anthropic({ model: 'claude-haiku-4-5' }) })
 * ```
 */
export function anthropic({ model, maxTokens = 4096 }: AnthropicOptions = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages, tools }) => ({
      headers: { 'anthropic-version': '2023-06-01' },
      body: {
        model, // JSON leaves it out if it is undefined
        max_tokens: maxTokens,
        ...anthropicRequest(messages, tools),
        stream: true,
      },
    }),
    reader,
    errorMessage,
  }
}

/** A content block that is open. */
interface Block {
  start: Json
  call?: ToolCallDraft
  /** Opened at the first words: there may be none, and only a signature. */
  thinking?: TextDraft
  /** Replaces a block that is kept as it is by what has come of it so far. */
  keep?: (part: AddedPart) => void
}

/** Blocks that are not shown, which the API wants back in their places. */
const keptTypes = /^(redacted_thinking|container_upload|compaction|fallback|mcp_tool_listing)$/

function kept(data: object | null | undefined): AddedPart {
  return { type: 'data', name: 'anthropic', data }
}

function reader({ messages = [] }: ReplyInfo): ChatReader {
  const blocks = new Map<unknown, Block>()
  const calls = new Map<unknown, ToolCallDraft>()
  let messageId = ''
  let inputTokens: Json

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    const record = readModelRecord(event, draft)
    switch (text(record?.type)) {
      case 'message_start':
        return startMessage(record?.message, draft)
      case 'content_block_start':
        return startBlock(record?.index, record?.content_block, draft)
      case 'content_block_delta':
        return readDelta(blocks.get(record?.index), record?.delta, draft)
      case 'content_block_stop':
        return stopBlock(record?.index)
      case 'message_delta':
        return endMessage(record?.delta, record?.usage, draft)
      case 'message_stop':
        return 'complete'
      case 'message':
        startMessage(record, draft)
        return 'complete'
    }
  }

  /**
   * A proxy may repeat the start of a message. If it has another id, the proxy has turned to another
   * server in the middle of the message, which begins again. A message that does not stream is whole, and
   * so is what a program that goes on calls next.
   */
  function startMessage(message: Json, draft: MessageDraft): void {
    const id = text(message?.id) || messageId
    if (messageId && id === messageId) return
    if (messageId) {
      draft.truncate(0)
      blocks.clear() // Nothing may be written to what was taken back.
      calls.clear()
    }
    messageId = id
    inputTokens = message?.usage?.input_tokens
    draft.setMetadata({ id, model: message?.model })
    list(message?.content).forEach((block, index) => {
      startBlock(index, block, draft)
      stopBlock(index)
    })
    // The counts at the start are not final, unless it is the end too.
    if (message?.stop_reason) endMessage(message, message.usage, draft)
  }

  /** Most blocks begin empty. Results come whole, and so may the arguments of a call. */
  function startBlock(index: unknown, start: Json, draft: MessageDraft): void {
    const type = text(start?.type)
    const block: Block = { start }
    blocks.set(index, block)
    if (type.endsWith('tool_use')) {
      const providerExecuted = type !== 'tool_use' || undefined
      const { id, name, input: _, ...more } = start!
      const callProviderMetadata = { anthropic: more }
      const call = { id: text(id), name: text(name), providerExecuted, callProviderMetadata }
      block.call = draft.openToolCall(call)
      calls.set(id, block.call)
    } else if (start?.tool_use_id) {
      readResult(start, draft)
    } else if (keptTypes.test(type)) {
      block.keep = draft.addPart(kept(start))
    } else {
      readDelta(block, start, draft)
      for (const each of list(start?.citations)) readSource(each, draft)
    }
  }

  /**
   * The result is kept in its call; a data part without it marks the place where it came. If the call is
   * in an earlier reply, the data part has all.
   */
  function readResult(start: Fields, draft: MessageDraft): void {
    const call = calls.get(start.tool_use_id)
    call?.update(outcomeIn(start))
    const { content, ...place } = start
    if (call) draft.addPart(kept(place))
    else if (isCalledIn(messages, start.tool_use_id)) draft.addPart(kept(start))
    for (const each of [content, ...list(content)]) readSource(each, draft)
  }

  /** The input at the start of a call is a placeholder, unless it has something and no arguments come. */
  function stopBlock(index: unknown): void {
    const { start, call } = blocks.get(index) ?? {}
    const input = textOrJson(start?.input)
    if (call?.argsText === '' && input !== '{}') call.appendArgs(input)
  }

  function endMessage(delta: Json, usage: Json, draft: MessageDraft): void {
    readFinishReason(delta?.stop_reason, draft)
    const { stop_details: details, container } = delta ?? {}
    const refusal = text(details?.explanation) || text(details?.category)
    if (refusal) draft.setMetadata({ refusal })
    if (container) draft.setMetadata({ container })
    // The last counts may leave out what has not changed.
    inputTokens = usage?.input_tokens ?? inputTokens
    if (usage) readUsage(inputTokens, usage.output_tokens, draft)
  }

  return { read, end: () => 'cut' }
}

function isCalledIn(messages: readonly ChatMessage[], id: Json): boolean {
  const parts = messages.flatMap((message) => message.parts)
  return parts.some((part) => part.type === 'tool-call' && part.id === text(id))
}

/** The types of the deltas and blocks that are known. What the API adds later is left unread. */
const knownTypes = /^(text|thinking|signature|input_json|citations)(_delta)?$/

/** Reads a delta, or a block that begins with something in it. */
function readDelta(block: Block | undefined, delta: Json, draft: MessageDraft): void {
  block?.keep?.(kept({ ...block.start, ...delta, type: block.start?.type }))
  if (!knownTypes.test(text(delta?.type))) return
  draft.appendText(text(delta?.text))
  block?.call?.appendArgs(text(delta?.partial_json))
  readSource(delta?.citation, draft)
  const thinking = text(delta?.thinking)
  if (block && thinking) (block.thinking ??= draft.openText('reasoning')).append(thinking)
  const signature = text(delta?.signature)
  if (!signature) return
  if (block?.thinking) return block.thinking.append('', { signature })
  // A signature must go back with the next request, even if there is nothing to show.
  draft.addPart(kept({ type: 'thinking', thinking, signature }))
}

/** The outcome of a tool that Anthropic runs. */
function outcomeIn(block: Json): Parameters<ToolCallDraft['update']>[0] {
  const { content: result, is_error: isError } = block ?? {}
  const code = text(result?.error_code)
  if (!code && !isError) return { state: 'done', result }
  const words =
    text(result) ||
    list(result)
      .map((each) => text(each?.text))
      .join('')
  const error = text(result?.error_message) || code || words || 'The tool failed'
  return { state: 'error', result, error }
}

/** A citation, or a page that a search found. */
function readSource(source: Json, draft: MessageDraft): void {
  const { url, title, cited_text: citedText, document_index: documentIndex } = source ?? {}
  const titleOfMore = source?.document_title ?? source?.content?.title
  const more = { citedText, documentIndex }
  addSource(url ?? source?.source, title ?? titleOfMore, draft, more)
}
