import { fileData, type FilePart } from './history.js'
import type { ChatMessage } from './message.js'
import { openaiMessages } from './openai-messages.js'
import type { ChatRequest, ChatTurn } from './types.js'

/** The input of a run: the thread and the state are those of the last one. */
export function agUiRequest({ messages, tools = [] }: ChatTurn, threadId?: string): ChatRequest {
  const last = messages.findLast(({ metadata }) => metadata?.['threadId'])
  const data = messages.flatMap(({ parts }) => parts.filter((part) => part.type === 'data'))
  return {
    body: {
      threadId: threadId ?? last?.metadata?.['threadId'] ?? randomId(),
      runId: randomId(),
      messages: messages.flatMap(toMessages),
      state: data.findLast(({ name }) => name === 'state')?.data ?? {},
      tools,
      context: [],
      forwardedProps: {},
    },
  }
}

/** `crypto.randomUUID` is missing on pages without TLS. */
function randomId(): string {
  return Math.random().toString(36).slice(2)
}

/** As OpenAI has them, with ids and other names. */
function toMessages(message: ChatMessage): object[] {
  const { id, role, content, parts } = message
  const files = parts.filter((part) => part.type === 'file')
  if (role !== 'assistant' && files.length > 0) {
    return [{ id, role, content: [{ type: 'text', text: content }, ...files.map(toInput)] }]
  }
  return openaiMessages([message]).map(
    ({ tool_calls: toolCalls, tool_call_id: toolCallId, ...rest }: OpenaiMessage, index) => ({
      ...rest,
      id: index > 0 ? `${id}-${index}` : id,
      toolCalls,
      toolCallId,
    }),
  )
}

interface OpenaiMessage {
  tool_calls?: unknown
  tool_call_id?: unknown
}

function toInput(file: FilePart): object {
  const { mediaType: mimeType, url } = file
  const value = fileData(file)
  return {
    type: /^(image|audio|video)/.exec(mimeType)?.[0] ?? 'document',
    source: value ? { type: 'data', value, mimeType } : { type: 'url', value: url, mimeType },
  }
}
