import {
  answerOf,
  argsOf,
  filesOf,
  fileData,
  fileUrl,
  isImage,
  stepsOf,
  type FilePart,
} from './history.js'
import type { ChatMessage, ToolCallPart } from './message.js'

/** A conversation as Chat Completions and its many relatives take it. */
export function openaiMessages(messages: readonly ChatMessage[]): object[] {
  return messages.flatMap((message): object[] => {
    const { role, content } = message
    if (role !== 'assistant') return [{ role, content: withFiles(message) }]
    if (message.parts.length === 0) return [{ role, content }]
    return stepsOf(message).flatMap(({ text, calls }) => [
      {
        role,
        content: text || undefined, // JSON leaves it out
        tool_calls: calls.length > 0 ? calls.map(toToolCall) : undefined,
      },
      ...calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: answerOf(call) })),
    ])
  })
}

function withFiles(message: ChatMessage): unknown {
  const { content } = message
  const files = filesOf(message).map(toBlock)
  if (files.length === 0) return content
  return [...(content ? [{ type: 'text', text: content }] : []), ...files]
}

function toBlock(file: FilePart): object {
  const { mediaType, name } = file
  const audio = /^audio\/(?:x-)?(wav|mpeg|mp3)/.exec(mediaType)?.[1]
  const data = fileData(file)
  if (audio && data) {
    return { type: 'input_audio', input_audio: { data, format: audio === 'wav' ? 'wav' : 'mp3' } }
  }
  if (isImage(file)) return { type: 'image_url', image_url: { url: fileUrl(file) } }
  return { type: 'file', file: { filename: name, file_data: fileUrl(file) } }
}

function toToolCall(call: ToolCallPart): object {
  const { id, name } = call
  return { id, type: 'function', function: { name, arguments: JSON.stringify(argsOf(call)) } }
}
