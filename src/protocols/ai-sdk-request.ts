import { fileUrl } from './history.js'
import type { ChatMessage, MessagePart, ToolCallPart } from './message.js'
import type { ChatRequest, ChatTurn } from './types.js'

/** The body that AI SDK's `DefaultChatTransport` sends: the conversation as UI messages. */
export function aiSdkRequest({ messages, chatId, isNew }: ChatTurn, id?: string): ChatRequest {
  // A server that stores the conversation adds a question that is submitted; the results of tools are, too.
  const isAgain = isNew === false && messages.at(-1)?.role === 'user'
  return {
    body: {
      id: id ?? chatId,
      messages: messages.map(toUiMessage),
      trigger: isAgain ? 'regenerate-message' : 'submit-message',
    },
  }
}

function toUiMessage({ id, role, parts, content, metadata }: ChatMessage): object {
  const all: readonly MessagePart[] = parts.length > 0 ? parts : [{ type: 'text', text: content }]
  return { id, role, metadata, parts: all.map(toUiPart) }
}

function toUiPart(part: MessagePart, index: number): object {
  const { type } = part
  if (type === 'tool-call') return toToolPart(part)
  if (type === 'data') return { type: `data-${part.name}`, data: part.data }
  if (type === 'source') {
    const kind = part.url === undefined ? 'document' : 'url'
    return { sourceId: `source-${index}`, ...part, type: `source-${kind}` }
  }
  if (type !== 'file') return { type, text: part.text }
  return { type, mediaType: part.mediaType, url: fileUrl(part), filename: part.name }
}

const toolStates: Partial<Record<ToolCallPart['state'], string>> = {
  approval: 'approval-requested',
  done: 'output-available',
  error: 'output-error',
}

function toToolPart(call: ToolCallPart): object {
  const { id, name, args, state, result, error, providerExecuted } = call
  return {
    type: `tool-${name}`,
    toolCallId: id,
    providerExecuted,
    state: toolStates[state] ?? 'input-available',
    input: args ?? undefined,
    output: result,
    errorText: error,
  }
}
