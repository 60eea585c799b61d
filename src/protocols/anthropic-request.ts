import type { AnthropicOptions } from './anthropic.js'
import { answerOf, argsOf, fileData, filesOf, isImage, stepsOf, type FilePart } from './history.js'
import type { ChatMessage, MessagePart, ToolCallPart } from './message.js'
import type { ChatRequest, ChatTurn } from './types.js'

export function anthropicRequest(
  { messages, tools }: ChatTurn,
  { model, maxTokens = 4096 }: AnthropicOptions,
): ChatRequest {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  return {
    headers: { 'anthropic-version': '2023-06-01' },
    body: {
      model, // JSON leaves out what is undefined
      max_tokens: maxTokens,
      system: system.length > 0 ? system.join('\n\n') : undefined,
      messages: messages.flatMap(toMessages),
      tools: tools?.map(({ parameters, ...tool }) => ({ ...tool, input_schema: parameters })),
      stream: true,
    },
  }
}

function toMessages(message: ChatMessage): object[] {
  const { role, content } = message
  if (role === 'system') return []
  if (role === 'assistant') {
    return stepsOf(message).flatMap(({ parts, calls }) => [
      { role, content: [...parts, ...calls].flatMap(toBlock) },
      ...(calls.length > 0 ? [{ role: 'user', content: calls.map(toResult) }] : []),
    ])
  }
  const files = filesOf(message).map(toFileBlock)
  if (files.length === 0) return [{ role, content }]
  // Claude reads best what stands before the question about it.
  return [{ role, content: [...files, ...(content ? [{ type: 'text', text: content }] : [])] }]
}

/** Thinking without its signature is refused, and so is text that is empty. */
function toBlock(part: MessagePart): object[] {
  if (part.type === 'tool-call') {
    return [{ type: 'tool_use', id: part.id, name: part.name, input: argsOf(part) }]
  }
  if (part.type === 'text') return part.text.trim() ? [{ type: 'text', text: part.text }] : []
  if (part.type === 'reasoning' && part.signature) {
    return [{ type: 'thinking', thinking: part.text, signature: part.signature }]
  }
  return part.type === 'data' && part.name === 'anthropic' ? [part.data as object] : []
}

function toResult(call: ToolCallPart): object {
  const is_error = call.state === 'error' || undefined
  return { type: 'tool_result', tool_use_id: call.id, content: answerOf(call), is_error }
}

function toFileBlock(file: FilePart): object {
  const { mediaType: media_type, url, name: title } = file
  const data = fileData(file)
  const source = data ? { type: 'base64', media_type, data } : { type: 'url', url }
  return isImage(file) ? { type: 'image', source } : { type: 'document', source, title }
}
