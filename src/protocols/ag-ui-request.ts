import { fileData, keptFor, kindOf, stepsOf, type AnsweredCall, type Step } from './history.js'
import { list, text, type Json } from './json.js'
import type {
  ChatMessage,
  FilePart,
  MessagePart,
  ProviderMetadata,
  ToolCallPart,
} from './message.js'
import { functionCall } from './tools.js'
import type { ChatTurn } from './types.js'

interface SentMessage {
  id: string
  role?: string
  /** Of the result of a tool. */
  toolCallId?: string
  toolCalls?: object[]
}

export interface AgUiBody {
  messages: SentMessage[]
  state: Json
  [field: string]: unknown
}

/** The input of a run: the thread and the state are those of the last one. */
export function agUiBody({ messages, tools = [] }: ChatTurn, threadId?: string): AgUiBody {
  const last = messages.findLast(({ metadata }) => metadata?.['threadId'])
  const callIds = new Set<string>()
  const data = messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'data'))
  return {
    threadId: threadId ?? last?.metadata?.['threadId'] ?? randomId(),
    runId: randomId(),
    messages: messages.flatMap((message) => [
      ...toMessages(message, callIds),
      ...(message === messages.at(-1) ? waitingMessage(message) : []),
    ]),
    state: (data.findLast(({ name }) => name === 'state')?.data ?? {}) as Json,
    tools,
    context: [],
    forwardedProps: {},
  }
}

/** `crypto.randomUUID` is missing on pages without TLS. */
function randomId(): string {
  return Math.random().toString(36).slice(2)
}

/** As OpenAI has them, with ids and other names. */
function toMessages(message: ChatMessage, callIds: Set<string>): SentMessage[] {
  const { id } = message
  const all = stepsOf([message], callIds).flatMap((step) => [
    ...(step.role === 'assistant' ? toReplies(step) : [toQuestion(step)]),
    ...step.calls.map(toResult),
  ])
  return all.map((each, index) => ({ id: index > 0 ? `${id}-${index}` : id, ...each }))
}

function toQuestion({ role, text, files }: Step): object {
  if (files.length === 0) return { role, content: text }
  return { role, content: [...(text ? [{ type: 'text', text }] : []), ...files.map(toInput)] }
}

/** Each text was a message. The calls belong to the last one, where nothing came after it. */
function toReplies({ role, parts, calls }: Step): object[] {
  const said: { role?: string; id?: string }[] = parts.flatMap((part) =>
    part.type === 'text' && part.text
      ? [{ role, content: part.text, ...toldOf(part.providerMetadata) }]
      : toThought(part),
  )
  if (calls.length === 0) return said
  const parent = toldOf(calls[0]!.callProviderMetadata)
  const last = said.at(-1)
  const isParent = last?.role === role && (!parent || last.id === parent['id'])
  if (isParent) said.pop()
  return [...said, { ...(isParent ? last : { role, ...parent }), toolCalls: calls.map(toCall) }]
}

/** What an interrupted run goes on with. */
function waitingMessage(message: ChatMessage): SentMessage[] {
  const toolCalls = waitingCalls(message).map(toCall)
  return toolCalls.length > 0 ? [{ id: `${message.id}-waits`, role: 'assistant', toolCalls }] : []
}

/** The agent's own calls that it asks about. */
export function waitingCalls({ parts }: ChatMessage): ToolCallPart[] {
  const calls = parts.filter((part) => part.type === 'tool-call')
  return calls.filter(({ state, providerExecuted }) => state === 'approval' && providerExecuted)
}

/** Agents that encrypt nothing may know no such message. */
function toThought(part: MessagePart): object[] {
  const told = part.type === 'reasoning' && toldOf(part.providerMetadata)
  const isSealed = told && 'encryptedValue' in told
  return isSealed ? [{ role: 'reasoning', content: part.text, ...told }] : keptFor('agUi', part)
}

/** The id that the agent gave a message, by which it knows it again, and what is encrypted of it. */
function toldOf(metadata: ProviderMetadata | undefined): Record<string, string> | undefined {
  return metadata?.['agUi'] as Record<string, string> | undefined
}

function toCall(call: ToolCallPart): object {
  return { ...functionCall(call), encryptedValue: call.signature }
}

function toResult({
  id,
  state,
  result,
  error,
  answer,
  resultProviderMetadata,
}: AnsweredCall): object {
  const content = isContent(result) ? result : answer
  const failure = state === 'error' ? error : undefined
  return {
    role: 'tool',
    toolCallId: id,
    content,
    error: failure,
    ...toldOf(resultProviderMetadata),
  }
}

/** Text and files, as an agent's own tool may have given them. */
function isContent(result: unknown): boolean {
  const kinds = /^(text|image|audio|video|document)$/
  return Array.isArray(result) && list(result).every((part) => kinds.test(text(part?.type)))
}

function toInput(file: FilePart): object {
  const { mediaType: mimeType, url } = file
  const value = fileData(file)
  return {
    type: kindOf(file) ?? 'document',
    source: value ? { type: 'data', value, mimeType } : { type: 'url', value: url, mimeType },
  }
}
