import type { AnthropicOptions } from './anthropic.js'
import { fileData, isImage, stepsOf, type AnsweredCall, type FilePart } from './history.js'
import type { MessagePart } from './message.js'
import type { ChatRequest, ChatTurn } from './types.js'

export function anthropicRequest(
  { messages, tools }: ChatTurn,
  { model, maxTokens = 4096 }: AnthropicOptions,
): ChatRequest {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const others = messages.filter(({ role }) => role !== 'system')
  return {
    headers: { 'anthropic-version': '2023-06-01' },
    body: {
      model, // JSON leaves out what is undefined
      max_tokens: maxTokens,
      system: system.join('\n\n') || undefined,
      messages: stepsOf(others).flatMap(({ role, parts, files, calls }) => [
        // Claude reads best what stands before the question about it.
        { role, content: [...files.map(toFileBlock), ...[...parts, ...calls].flatMap(toBlock)] },
        ...(calls.length > 0 ? [{ role: 'user', content: calls.map(toResult) }] : []),
      ]),
      tools: tools?.map(({ parameters, ...tool }) => ({ ...tool, input_schema: parameters })),
      stream: true,
    },
  }
}

/** Thinking without its signature is refused, and so is text that is empty. */
function toBlock(part: MessagePart): object[] {
  if (part.type === 'tool-call') {
    return [{ type: 'tool_use', id: part.id, name: part.name, input: part.args }]
  }
  if (part.type === 'text') return part.text.trim() ? [part] : []
  if (part.type === 'reasoning' && part.signature) {
    return [{ type: 'thinking', thinking: part.text, signature: part.signature }]
  }
  return part.type === 'data' && part.name === 'anthropic' ? [part.data as object] : []
}

function toResult({ id, state, answer }: AnsweredCall): object {
  const is_error = state === 'error' || undefined
  return { type: 'tool_result', tool_use_id: id, content: answer, is_error }
}

function toFileBlock(file: FilePart): object {
  const { mediaType: media_type, url, name: title } = file
  const data = fileData(file)
  const source = data ? { type: 'base64', media_type, data } : { type: 'url', url }
  return isImage(file) ? { type: 'image', source } : { type: 'document', source, title }
}
