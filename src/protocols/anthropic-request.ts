import { fileData, isImage, keptFor, stepsOf, type AnsweredCall, type Step } from './history.js'
import type { FilePart, MessagePart } from './message.js'
import type { ChatRequest, ChatTurn } from './types.js'

export function anthropicRequest(
  { messages, tools }: ChatTurn,
  model: string | undefined,
  maxTokens: number,
): ChatRequest {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const others = messages.filter(({ role }) => role !== 'system')
  return {
    headers: { 'anthropic-version': '2023-06-01' },
    body: {
      model, // JSON leaves out what is undefined
      max_tokens: maxTokens,
      system: system.join('\n\n') || undefined,
      messages: stepsOf(others).flatMap(toMessages),
      tools: tools?.map(({ parameters, ...tool }) => ({ ...tool, input_schema: parameters })),
      stream: true,
    },
  }
}

/** The API refuses a message without content. */
function toMessages({ role, parts, files, calls }: Step): object[] {
  // Claude reads best what stands before the question about it.
  const content = [...files.map(toFileBlock), ...[...parts, ...calls].flatMap(toBlock)]
  return [
    { role: role === 'assistant' ? role : 'user', content },
    { role: 'user', content: calls.map(toResult) },
  ].filter((message) => message.content.length > 0)
}

/** The API refuses thinking without its signature, and empty text. */
function toBlock(part: MessagePart): object[] {
  if (part.type === 'tool-call') {
    return [{ type: 'tool_use', id: toId(part.id), name: part.name, input: part.args }]
  }
  if (part.type === 'text') return part.text.trim() ? [{ type: 'text', text: part.text }] : []
  if (part.type === 'reasoning' && part.signature) {
    return [{ type: 'thinking', thinking: part.text, signature: part.signature }]
  }
  return keptFor('anthropic', part)
}

function toResult({ id, state, answer }: AnsweredCall): object {
  const is_error = state === 'error' || undefined
  return { type: 'tool_result', tool_use_id: toId(id), content: answer, is_error }
}

/** The API refuses ids with other characters, such as another backend's `functions.weather:0`. */
function toId(id: string): string {
  return id.replace(/[^\w-]/g, '_')
}

function toFileBlock(file: FilePart): object {
  const source = sourceOf(file)
  return isImage(file) ? { type: 'image', source } : { type: 'document', source, title: file.name }
}

/** The API refuses text files in base64. */
function sourceOf(file: FilePart): object {
  const { mediaType: media_type, url } = file
  const data = fileData(file)
  if (!data) return { type: 'url', url }
  if (!media_type.startsWith('text/')) return { type: 'base64', media_type, data }
  return { type: 'text', media_type: 'text/plain', data: textIn(data) }
}

function textIn(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)))
}
