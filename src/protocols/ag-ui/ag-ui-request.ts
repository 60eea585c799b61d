import { fileData, filesOf, kindOf } from '../message/files.js'
import {
  answeredCall,
  isAnswered,
  keptFor,
  partsOf,
  unlessEmpty,
  type AnsweredCall,
} from '../message/history.js'
import { list, text, type Json } from '../json/json.js'
import type {
  ChatMessage,
  FilePart,
  MessagePart,
  ProviderMetadata,
  ToolCallPart,
} from '../message/message.js'
import { functionCall } from '../message/tools.js'
import type { ChatTurn } from '../types.js'

interface SentMessage {
  id?: string
  role?: string
  content?: unknown
  /** In the result of a tool. */
  toolCallId?: string
  error?: string | undefined
  toolCalls?: object[]
}

/** The input of a run. Its thread and state are those of the last run. */
export function agUiBody({ messages, tools = [] }: ChatTurn, threadId?: string): object {
  const { metadata } = messages.findLast((message) => message.metadata?.['threadId']) ?? {}
  const asked = messages.slice(-1).flatMap(askedCalls)
  const resume = unlessEmpty(asked.flatMap(toAnswer))
  const ids = new Set<string>()
  return {
    threadId: threadId ?? metadata?.['threadId'] ?? randomId(),
    runId: randomId(),
    // By this, TanStack AI finds the run whose interrupts are answered.
    parentRunId: resume && metadata?.['runId'],
    messages: messages.flatMap((message) => toMessages(message, asked, ids)),
    state: stateIn(messages) ?? {},
    tools,
    context: [],
    forwardedProps: {},
    resume,
  }
}

/** `crypto.randomUUID` is missing on pages without TLS. */
function randomId(): string {
  return Math.random().toString(36).slice(2)
}

/** The agent's latest state. */
export function stateIn(messages: readonly ChatMessage[]): Json {
  const data = messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'data'))
  return data.findLast(({ name }) => name === 'state')?.data as Json
}

/** The calls that the agent has stopped to ask about, and those that it runs when it goes on. */
function askedCalls({ parts }: ChatMessage): ToolCallPart[] {
  const calls = parts.filter((part) => part.type === 'tool-call')
  return calls.filter(({ approval, providerExecuted, state }) =>
    approval ? !approval.isSettled : providerExecuted && state === 'running',
  )
}

function toAnswer({ approval }: ToolCallPart): object[] {
  if (approval?.approved === undefined) return []
  const { id: interruptId, approved } = approval
  return [{ interruptId, status: 'resolved', payload: { approved } }]
}

/** Messages as in OpenAI's API, but with ids and other field names. */
function toMessages(
  message: ChatMessage,
  asked: readonly ToolCallPart[],
  ids: Set<string>,
): SentMessage[] {
  const { id, role } = message
  const all = role === 'assistant' ? toReplies(message, asked, ids) : [toQuestion(message)]
  return all.map((each, index) => ({ id: index > 0 ? `${id}-${index}` : id, ...each }))
}

function toQuestion(message: ChatMessage): SentMessage {
  const { role, content } = message
  const files = filesOf(message).map(toInput)
  if (files.length === 0) return { role, content }
  return { role, content: [...(content ? [{ type: 'text', text: content }] : []), ...files] }
}

/** Each text is a message of its own. The results of a step's calls come after all its calls. */
function toReplies(
  message: ChatMessage,
  asked: readonly MessagePart[],
  ids: Set<string>,
): SentMessage[] {
  const sent: SentMessage[] = []
  const results: SentMessage[] = []
  let step: number | undefined
  for (const part of partsOf(message)) {
    if (part.type !== 'tool-call') {
      const said = toSaid(part)
      if (said.length > 0) sent.push(...results.splice(0), ...said)
      continue
    }
    const isAsked = asked.includes(part)
    const answer = isAnswered(part) ? answeredCall(part, ids) : undefined
    if (!isAsked && !answer) continue
    if (part.step !== step) sent.push(...results.splice(0))
    step = part.step
    const caller = callerOf(part, sent)
    caller.toolCalls = [...(caller.toolCalls ?? []), toCall(answer ?? part)]
    if (answer && !isAsked) results.push(toResult(answer))
  }
  return [...sent, ...results]
}

/**
 * Reasoning is sent only with an encrypted value: agents that encrypt nothing may not know such messages.
 * Empty texts are not sent, because APIs refuse them.
 */
function toSaid(part: MessagePart): SentMessage[] {
  if (part.type !== 'text' && part.type !== 'reasoning') return keptFor('agUi', part)
  const told = toldOf(part.providerMetadata)
  const isText = part.type === 'text'
  const isSent = told?.['encryptedValue'] || (isText && part.text.trim())
  return isSent ? [{ role: isText ? 'assistant' : 'reasoning', content: part.text, ...told }] : []
}

/** The message that a call belongs to: the last one, or a new one if the agent has named another. */
function callerOf({ callProviderMetadata }: ToolCallPart, sent: SentMessage[]): SentMessage {
  const role = 'assistant'
  const named = toldOf(callProviderMetadata)
  const last = sent.at(-1)
  if (last?.role === role && (last.toolCalls || !named || named['id'] === last.id)) return last
  const caller = { role, ...named }
  sent.push(caller)
  return caller
}

/** The id that the agent gave a message, by which it recognizes it, and the encrypted value. */
function toldOf(metadata: ProviderMetadata | undefined): Record<string, string> | undefined {
  return metadata?.['agUi'] as Record<string, string> | undefined
}

function toCall(call: ToolCallPart): object {
  return { ...functionCall(call), encryptedValue: call.signature }
}

function toResult(call: AnsweredCall): SentMessage {
  const { id, state, result, error, answer, resultProviderMetadata } = call
  return {
    role: 'tool',
    toolCallId: id,
    content: isContent(result) ? result : answer,
    error: state === 'error' ? error : undefined,
    ...toldOf(resultProviderMetadata),
  }
}

/** Whether it is what an agent's own tool may return: text, or a list of text and files. */
function isContent(result: unknown): boolean {
  const kinds = /^(text|image|audio|video|document)$/
  const isList = Array.isArray(result) && list(result).every((part) => kinds.test(text(part?.type)))
  return isList || typeof result === 'string'
}

function toInput(file: FilePart): object {
  const { mediaType: mimeType, url } = file
  const value = fileData(file)
  return {
    type: kindOf(file) ?? 'document',
    source: value ? { type: 'data', value, mimeType } : { type: 'url', value: url, mimeType },
  }
}
