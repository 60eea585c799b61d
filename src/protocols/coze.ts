import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessageBy } from './events/backend-error.js'
import { finishReasonOf } from './message/finish-reason.js'
import { fileUrl, filesOf } from './message/files.js'
import { detectFormatOrJson } from './json/json-body.js'
import { list, readJson, text, textOrJson, type Json } from './json/json.js'
import type { ChatMessage, FilePart } from './message/message.js'
import { readRecord } from './events/record.js'
import type { ChatProtocol, ChatReader, MessageDraft, TextDraft, ToolCallDraft } from './types.js'
import { readUsage } from './message/usage.js'

/** The options of `coze()`. */
export interface CozeOptions {
  /** The id of the bot. The API requires it; leave it out if a proxy adds it. */
  botId?: string | undefined
  /** The id of the user who asks, as the bot knows it: the API requires one. Default `user`. */
  userId?: string | undefined
}

/**
 * Coze's chat, version 3, and the stream of its workflows. The whole conversation is sent with each
 * question. Suggested questions are data parts named `follow_up`.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { coze } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/coze/v3/chat', protocol: coze({ botId: '7379462189' }) })
 * ```
 */
export function coze({ botId, userId = 'user' }: CozeOptions = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages }) => ({
      body: {
        bot_id: botId,
        user_id: userId,
        stream: true,
        additional_messages: messages.filter(isSaid).map(toMessage),
      },
    }),
    reader,
    errorMessage,
  }
}

/** Without system messages: the bot has a prompt of its own. */
function isSaid({ role, content }: ChatMessage): boolean {
  return role === 'user' || (role === 'assistant' && content !== '')
}

const errorMessage = errorMessageBy('msg', 'error_message')

function toMessage(message: ChatMessage): object {
  const { role, content } = message
  const type = role === 'user' ? 'question' : 'answer'
  const files = role === 'user' ? filesOf(message).map(toFile) : []
  if (files.length === 0) return { role, type, content, content_type: 'text' }
  const blocks = [...(content ? [{ type: 'text', text: content }] : []), ...files]
  return { role, type, content: JSON.stringify(blocks), content_type: 'object_string' }
}

/** The API has no type for videos: they are files. */
function toFile(file: FilePart): object {
  const type = /^(image|audio)/.exec(file.mediaType)?.[0] ?? 'file'
  return { type, file_url: fileUrl(file) }
}

function reader(): ChatReader {
  const answers = new Map<string, TextDraft>()
  /** Calls that the bot runs. Their results come in the same order, without ids. */
  const running: ToolCallDraft[] = []
  let isFinished = false

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | 'stopped' | void {
    const { data } = event
    // A workflow's event names are capitalized.
    const type = event.type.toLowerCase()
    if (type === 'done') return 'complete'
    if (type === 'error') return fail(data, draft)
    const record = readRecord({ ...event, type })
    switch (type) {
      case 'conversation.message.delta':
        return readDelta(record, draft)
      case 'conversation.message.completed':
        return readMessage(record, draft)
      case 'conversation.chat.created':
        return draft.setMetadata({ conversationId: record?.conversation_id, chatId: record?.id })
      case 'conversation.chat.completed':
      case 'conversation.chat.failed':
      case 'conversation.chat.canceled':
      case 'conversation.chat.requires_action':
        isFinished = true
        return finish(type.replace('conversation.chat.', ''), record, draft)
      case 'interrupt':
        isFinished = true
        return void draft.addPart({ type: 'data', name: 'interrupt', data: record?.interrupt_data })
      default:
        // An error before the stream is JSON with the status 200.
        if (record?.code) fail(data, draft)
        else if (type === 'message') draft.appendText(text(record?.content))
    }
  }

  function readDelta(message: Json, draft: MessageDraft): void {
    draft.appendReasoning(text(message?.reasoning_content))
    const content = text(message?.content)
    if (content && text(message?.type) === 'answer') answerOf(message, draft).append(content)
  }

  function answerOf(message: Json, draft: MessageDraft): TextDraft {
    const id = text(message?.id)
    const answer = answers.get(id) ?? draft.openText('text')
    answers.set(id, answer)
    return answer
  }

  /** An answer is repeated as a whole at its end. Those of cards and workflows come only then. */
  function readMessage(message: Json, draft: MessageDraft): void {
    const content = text(message?.content)
    switch (text(message?.type)) {
      case 'answer':
        if (content) answerOf(message, draft).replace(content)
        return
      case 'function_call':
        return readCall(content, text(message?.id), draft)
      case 'tool_output':
      case 'tool_response':
        return running.shift()?.update({ result: content, state: 'done' })
      case 'follow_up':
        return void draft.addPart({ type: 'data', name: 'follow_up', data: content })
    }
  }

  function readCall(content: string, id: string, draft: MessageDraft): void {
    const call = readJson({ type: 'function_call', data: content, lastEventId: '' })
    running.push(openCall(id, call, draft, true))
  }

  return { read, end: () => (isFinished ? 'complete' : 'cut') }
}

function openCall(
  id: string,
  call: Json,
  draft: MessageDraft,
  providerExecuted?: boolean,
): ToolCallDraft {
  const opened = draft.openToolCall({ id, name: text(call?.name), providerExecuted })
  opened.appendArgs(textOrJson(call?.arguments))
  return opened
}

function fail(data: string, draft: MessageDraft): void {
  draft.fail(backendError(data, errorMessage(data)))
}

function finish(status: string, chat: Json, draft: MessageDraft): 'stopped' | void {
  draft.finish(status === 'requires_action' ? 'tool-calls' : finishReasonOf(status), status)
  readUsage(chat?.usage?.input_count, chat?.usage?.output_count, draft)
  for (const call of list(chat?.required_action?.submit_tool_outputs?.tool_calls)) {
    openCall(text(call?.id), call?.function, draft)
  }
  if (status === 'failed') fail(JSON.stringify(chat?.last_error ?? chat ?? status), draft)
  return status === 'canceled' ? 'stopped' : undefined
}
