import { answerOf, argsOf, fileData, filesOf, stepsOf } from './history.js'
import type { ChatMessage, MessagePart, ToolCallPart } from './message.js'
import type { ChatRequest } from './types.js'

/** The input of a run: the thread and the state are those of the last one. */
export function agUiRequest(messages: readonly ChatMessage[], threadId?: string): ChatRequest {
  const last = messages.findLast(({ metadata }) => metadata?.['threadId'])
  const states = messages.flatMap(({ parts }) => parts.filter(isState))
  return {
    headers: { accept: 'text/event-stream' },
    body: {
      threadId: threadId ?? last?.metadata?.['threadId'] ?? randomId(),
      runId: randomId(),
      messages: messages.flatMap(toMessages),
      state: states.at(-1)?.data ?? {},
      tools: [],
      context: [],
      forwardedProps: {},
    },
  }
}

function isState(part: MessagePart): part is Extract<MessagePart, { type: 'data' }> {
  return part.type === 'data' && part.name === 'state'
}

/** `crypto.randomUUID` is missing on pages without TLS. */
function randomId(): string {
  return Math.random().toString(36).slice(2)
}

function toMessages(message: ChatMessage): object[] {
  const { id, role } = message
  if (role !== 'assistant') return [{ id, role, content: withFiles(message) }]
  return stepsOf(message).flatMap(({ text, calls }, index) => [
    {
      id: index > 0 ? `${id}-${index}` : id,
      role,
      content: text || undefined, // JSON leaves it out
      toolCalls: calls.length > 0 ? calls.map(toToolCall) : undefined,
    },
    ...calls.map((call) => ({
      id: `${id}-${call.id}`,
      role: 'tool',
      toolCallId: call.id,
      content: answerOf(call),
    })),
  ])
}

function withFiles(message: ChatMessage): unknown {
  const { content } = message
  const files = filesOf(message).map((file) => {
    const { mediaType, url } = file
    const data = fileData(file)
    const [kind = ''] = mediaType.split('/')
    return {
      type: ['image', 'audio', 'video'].includes(kind) ? kind : 'document',
      source: data
        ? { type: 'data', value: data, mimeType: mediaType }
        : { type: 'url', value: url, mimeType: mediaType },
    }
  })
  return files.length > 0 ? [{ type: 'text', text: content }, ...files] : content
}

function toToolCall(call: ToolCallPart): object {
  const { id, name } = call
  return { id, type: 'function', function: { name, arguments: JSON.stringify(argsOf(call)) } }
}
