import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { createFileReader } from './dify/dify-files.js'
import { valueFor } from './dify/dify-values.js'
import { filesOf, kindOf, refuseFile } from './message/files.js'
import { detectFormatOrJson } from './json/json-body.js'
import { isText, list, text, type Fields, type Json } from './json/json.js'
import type { ChatMessage, FilePart, FinishReason } from './message/message.js'
import { readRecord } from './events/record.js'
import type {
  ChatProtocol,
  ChatReader,
  ChatRequest,
  MessageDraft,
  TextDraft,
  ToolCallDraft,
} from './types.js'
import { readUsage } from './message/usage.js'

/** The options of `dify()`. */
export interface DifyOptions {
  /** The id of the user who asks, as the app knows it: the API requires one. Default `user`. */
  user?: string | undefined
  /** The app's variables. */
  inputs?: Record<string, unknown> | undefined
}

/**
 * Dify's apps: chat, agent, chatflow, completion and workflow. Dify keeps the conversation, whose id
 * is in the reply's `metadata.conversationId` and goes back with the next question; to stop a reply,
 * its API takes the `metadata.taskId`.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { dify } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/dify/chat-messages', protocol: dify({ user: 'ada' }) })
 * ```
 */
export function dify({ user = 'user', inputs = {} }: DifyOptions = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages }) => request(messages, user, inputs),
    reader,
    errorMessage,
  }
}

function request(
  messages: readonly ChatMessage[],
  user: string,
  inputs: Record<string, unknown>,
): ChatRequest {
  const asked = messages.at(-1)
  const last = messages.findLast(({ metadata }) => metadata?.['conversationId'])
  const files = asked ? filesOf(asked) : []
  return {
    body: {
      query: asked?.content,
      inputs,
      user,
      response_mode: 'streaming',
      conversation_id: last?.metadata?.['conversationId'],
      files: files.map(toFile),
    },
  }
}

/** A file that is not on the web would have to be uploaded first. */
function toFile(file: FilePart): object {
  const { url } = file
  if (!url?.startsWith('http')) refuseFile(file, 'a file with a web address')
  return { type: kindOf(file) ?? 'document', transfer_method: 'remote_url', url }
}

function reader(): ChatReader {
  /** What the agent thinks, by the id of the thought. */
  const thoughts = new Map<string, TextDraft>()
  const calls = new Map<string, ToolCallDraft>()
  const readFiles = createFileReader()
  const texts: TextDraft[] = []
  let said = ''
  let hasIds = false
  let isAgent = false
  let isMessageOver = false
  let isWorkflowRunning = false
  /** Whether the reply is complete if the stream ends now. */
  let isOver = false

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | 'stopped' | void {
    const record = readRecord(event) ?? {}
    const { data, answer = data?.text } = record
    if (!hasIds) readIds(record, draft)
    switch (text(record.event)) {
      case 'agent_message':
        isAgent = true
        return append(text(answer), draft)
      case 'text_chunk':
        return append(text(answer), draft)
      case 'message':
        // After its deltas an agent repeats the whole answer.
        if (isAgent) return replace(text(answer), draft)
        append(text(answer), draft)
        if (!record.mode) return
        // An answer that does not stream.
        readMetadata(record.metadata, draft)
        return 'complete'
      case 'message_replace':
      case 'text_replace':
        return replace(text(answer), draft)
      case 'reasoning_chunk':
        return draft.appendReasoning(text(data?.reasoning))
      case 'agent_thought':
        return readThought(record, draft)
      case 'message_file':
        return readFiles([record], draft)
      case 'human_input_required':
        return void draft.addPart({ type: 'data', name: 'human_input_required', data })
      case 'workflow_started':
        isWorkflowRunning = true
        return
      case 'message_end':
        isMessageOver = isOver = true
        readFiles(list(record.files), draft)
        readMetadata(record.metadata, draft)
        return isWorkflowRunning ? undefined : 'complete'
      case 'workflow_paused':
        isOver = true
        return draft.finish('other', 'paused')
      case 'workflow_finished':
        isWorkflowRunning = false
        isOver = true
        return finishWorkflow(data, draft)
      case 'error':
        return draft.fail(backendError(event.data))
      case '':
        return readWhole(record, event.data, draft)
    }
  }

  /** An answer without an event name does not stream: it is an error, or a workflow's result. */
  function readWhole(
    { code, data }: Fields,
    body: string,
    draft: MessageDraft,
  ): 'complete' | 'stopped' | void {
    if (code) return draft.fail(backendError(body))
    if (data?.status) return finishWorkflow(data, draft) ?? 'complete'
  }

  function append(delta: string, draft: MessageDraft): void {
    if (texts.length === 0) texts.push(draft.openText('text'))
    said += delta
    texts.at(-1)!.append(delta)
  }

  function replace(answer: string, draft: MessageDraft): void {
    if (answer === said) return
    for (const each of texts) each.replace('')
    said = ''
    append(answer, draft)
  }

  function readIds(record: Fields, draft: MessageDraft): void {
    const { conversation_id: conversationId, message_id: messageId, task_id: taskId } = record
    hasIds = Boolean(conversationId ?? taskId)
    if (hasIds) draft.setMetadata({ conversationId, messageId, taskId })
  }

  /**
   * A thought comes several times, with more each time. Some agents say the same words in the answer:
   * then they are not reasoning as well.
   */
  function readThought(record: Fields, draft: MessageDraft): void {
    const id = text(record.id)
    const words = text(record.thought)
    if (words) {
      const reasoning = thoughts.get(id) ?? draft.openText('reasoning')
      thoughts.set(id, reasoning)
      reasoning.replace(said.includes(words) ? '' : words)
    }
    // Of several calls of one tool, only the last is told.
    const tools = new Set(text(record.tool).split(';').filter(Boolean))
    for (const [index, tool] of [...tools].entries()) {
      readCall(index > 0 ? `${id}-${index}` : id, tool, record, draft)
    }
  }

  function readCall(id: string, tool: string, record: Fields, draft: MessageDraft): void {
    const call = calls.get(id) ?? openCall(id, tool, draft)
    const { tool_input: given, observation: result } = record
    const args = valueFor(tool, given)
    if (!call.argsText) call.appendArgs(args === undefined ? text(given) : JSON.stringify(args))
    if (result) call.update({ result: valueFor(tool, result) ?? result, state: 'done' })
  }

  /** Opens a text as well, so that what the agent says after the call stands after it. */
  function openCall(id: string, name: string, draft: MessageDraft): ToolCallDraft {
    const call = draft.openToolCall({ id, name, providerExecuted: true })
    calls.set(id, call)
    texts.push(draft.openText('text'))
    return call
  }

  function finishWorkflow(data: Json, draft: MessageDraft): 'complete' | 'stopped' | void {
    const status = text(data?.status)
    draft.finish(statuses[status] ?? 'other', status)
    if (status === 'failed') {
      return draft.fail(backendError(text(data?.error) || 'Workflow failed'))
    }
    if (!said) append(outputIn(data?.outputs), draft)
    readFiles(list(data?.files), draft)
    if (status === 'stopped') return 'stopped'
    return isMessageOver ? 'complete' : undefined
  }

  return { read, end: () => (isOver ? 'complete' : 'cut') }
}

const statuses: Record<string, FinishReason> = {
  succeeded: 'stop',
  'partial-succeeded': 'stop',
  failed: 'error',
}

/** A workflow's outputs may have any name: the first one that is text. */
function outputIn(outputs: Json): string {
  return text(Object.values(outputs ?? {}).find(isText))
}

function readMetadata(metadata: Json, draft: MessageDraft): void {
  readUsage(metadata?.usage?.prompt_tokens, metadata?.usage?.completion_tokens, draft)
  for (const each of list(metadata?.retriever_resources)) {
    const { document_name: title, document_id: documentId, content } = each ?? {}
    draft.addPart({ type: 'source', title: text(title), documentId, content })
  }
}
