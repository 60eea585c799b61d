import {
  answerOf,
  argsOf,
  fileData,
  filesOf,
  fileUrl,
  isImage,
  stepsOf,
  type FilePart,
} from './history.js'
import type { ChatMessage } from './message.js'

/** A conversation as the list of items that the Responses API takes. */
export function responsesInput(messages: readonly ChatMessage[]): object[] {
  return messages.flatMap((message): object[] => {
    const { role } = message
    if (role !== 'assistant') return [{ role, content: withFiles(message) }]
    return stepsOf(message).flatMap(({ text, calls }) => [
      ...(text ? [{ role, content: text }] : []),
      ...calls.map((call) => ({
        type: 'function_call',
        call_id: call.id,
        name: call.name,
        arguments: JSON.stringify(argsOf(call)),
      })),
      ...calls.map((call) => ({
        type: 'function_call_output',
        call_id: call.id,
        output: answerOf(call),
      })),
    ])
  })
}

function withFiles(message: ChatMessage): unknown {
  const { content } = message
  const files = filesOf(message).map(toItem)
  if (files.length === 0) return content
  return [...(content ? [{ type: 'input_text', text: content }] : []), ...files]
}

function toItem(file: FilePart): object {
  if (isImage(file)) return { type: 'input_image', image_url: fileUrl(file) }
  if (!fileData(file)) return { type: 'input_file', file_url: file.url }
  return { type: 'input_file', filename: file.name, file_data: fileUrl(file) }
}
