import { fileData, fileUrl, isImage, stepsOf } from './history.js'
import type { ChatMessage, FilePart } from './message.js'

/** A conversation as the list of items that the Responses API takes. */
export function responsesInput(messages: readonly ChatMessage[]): object[] {
  return stepsOf(messages).flatMap(({ role, text, files, calls }) => [
    ...(text || files.length > 0 ? [{ role, content: withFiles(text, files) }] : []),
    ...calls.map(({ id, name, args }) => ({
      type: 'function_call',
      call_id: id,
      name,
      arguments: JSON.stringify(args),
    })),
    ...calls.map(({ id, answer }) => ({
      type: 'function_call_output',
      call_id: id,
      output: answer,
    })),
  ])
}

function withFiles(text: string, files: readonly FilePart[]): unknown {
  if (files.length === 0) return text
  return [...(text ? [{ type: 'input_text', text }] : []), ...files.map(toItem)]
}

function toItem(file: FilePart): object {
  if (isImage(file)) return { type: 'input_image', image_url: fileUrl(file) }
  if (!fileData(file)) return { type: 'input_file', file_url: file.url }
  return { type: 'input_file', filename: file.name ?? 'file', file_data: fileUrl(file) }
}
