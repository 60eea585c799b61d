import { fileData, keptFor, kindOf, stepsOf, unlessEmpty } from './history.js'
import type { ChatMessage, FilePart, MessagePart, ToolCallPart } from './message.js'
import { functionCall } from './tools.js'
import type { ChatTurn } from './types.js'

interface SentMessage {
  id: string
  role?: string
  /** Of the result of a tool. */
  toolCallId?: string
}

export interface AgUiBody {
  messages: SentMessage[]
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
    messages: messages.flatMap((message) => toMessages(message, callIds)),
    state: data.findLast(({ name }) => name === 'state')?.data ?? {},
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
  const all = stepsOf([message], callIds).flatMap(({ role, text, parts, files, calls }) => [
    ...parts.flatMap(toThought),
    {
      role,
      content:
        files.length > 0
          ? [...(text ? [{ type: 'text', text }] : []), ...files.map(toInput)]
          : text || (calls.length > 0 ? undefined : ''),
      toolCalls: unlessEmpty(calls.map(toCall)),
    },
    ...calls.map((call) => ({ role: 'tool', toolCallId: call.id, content: call.answer })),
  ])
  return all.map((each, index) => ({ ...each, id: index > 0 ? `${id}-${index}` : id }))
}

/** Agents that encrypt nothing may know no such message. */
function toThought(part: MessagePart): object[] {
  const sealed = part.type === 'reasoning' && part.providerMetadata?.['agUi']
  return sealed ? [{ role: 'reasoning', content: part.text, ...sealed }] : keptFor('agUi', part)
}

function toCall(call: ToolCallPart): object {
  return { ...functionCall(call), ...(call.callProviderMetadata?.['agUi'] as object) }
}

function toInput(file: FilePart): object {
  const { mediaType: mimeType, url } = file
  const value = fileData(file)
  return {
    type: kindOf(file) ?? 'document',
    source: value ? { type: 'data', value, mimeType } : { type: 'url', value: url, mimeType },
  }
}
