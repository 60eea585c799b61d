import { fileUrl } from './history.js'
import type { ChatMessage, MessagePart, ToolCallPart } from './message.js'
import type { ChatRequest } from './types.js'

/** The body that AI SDK's `DefaultChatTransport` sends: the conversation as UI messages. */
export function aiSdkRequest(messages: readonly ChatMessage[], id?: string): ChatRequest {
  return { body: { id, messages: messages.map(toUiMessage), trigger: 'submit-message' } }
}

function toUiMessage({ id, role, parts, content, metadata }: ChatMessage): object {
  const all: readonly MessagePart[] = parts.length > 0 ? parts : [{ type: 'text', text: content }]
  return { id, role, metadata, parts: all.map(toUiPart) }
}

function toUiPart(part: MessagePart, index: number): object {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return { type: part.type, text: part.text }
    case 'tool-call':
      return toToolPart(part)
    case 'source': {
      const type = part.url === undefined ? 'source-document' : 'source-url'
      return { sourceId: `source-${index}`, ...part, type }
    }
    case 'file':
      return {
        type: 'file',
        mediaType: part.mediaType,
        url: fileUrl(part),
        filename: part.name,
      }
    case 'data':
      return { type: `data-${part.name}`, data: part.data }
  }
}

const toolStates: Partial<Record<ToolCallPart['state'], string>> = {
  approval: 'approval-requested',
  done: 'output-available',
  error: 'output-error',
}

function toToolPart({ id, name, args, state, result, error }: ToolCallPart): object {
  return {
    type: `tool-${name}`,
    toolCallId: id,
    state: toolStates[state] ?? 'input-available',
    input: args ?? undefined,
    output: result,
    errorText: error,
  }
}
