import { fileData, fileUrl, isImage, stepsOf, unlessEmpty, type Step } from './history.js'
import type { ChatMessage, FilePart } from './message.js'
import { functionCall } from './tools.js'

/**
 * A conversation as Chat Completions and its many relatives take it; not all take more than images.
 * `inReply` is what differs in a reply's message.
 */
export function openaiMessages(
  messages: readonly ChatMessage[],
  toBlock: (file: FilePart) => object = imageBlock,
  inReply?: (step: Step, toolCalls: readonly object[]) => object,
): object[] {
  return stepsOf(messages).flatMap((step) => {
    const { role, text, files, calls } = step
    const toolCalls = calls.map(functionCall)
    const message = {
      role,
      content:
        files.length > 0
          ? [...(text ? [{ type: 'text', text }] : []), ...files.map(toBlock)]
          : text,
      tool_calls: unlessEmpty(toolCalls),
      ...(role === 'assistant' && inReply?.(step, toolCalls)),
    }
    return [
      message,
      ...calls.map(({ id, answer }) => ({ role: 'tool', tool_call_id: id, content: answer })),
    ]
  })
}

function imageBlock(file: FilePart): object {
  return { type: 'image_url', image_url: { url: fileUrl(file) } }
}

export function fileBlock(file: FilePart): object {
  const audio = /^audio\/(?:x-)?(wav|mp)/.exec(file.mediaType)?.[1]
  const data = fileData(file)
  if (audio && data) {
    return { type: 'input_audio', input_audio: { data, format: audio === 'wav' ? audio : 'mp3' } }
  }
  if (isImage(file)) return imageBlock(file)
  return { type: 'file', file: { filename: file.name ?? 'file', file_data: fileUrl(file) } }
}
