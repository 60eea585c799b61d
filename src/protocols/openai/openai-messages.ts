import { fileData, fileUrl } from '../message/files.js'
import { stepsOf, unlessEmpty, type Step } from '../message/history.js'
import type { ChatMessage, FilePart } from '../message/message.js'
import { functionCall } from '../message/tools.js'

/**
 * A conversation as Chat Completions and its many relatives take it. `toBlock` writes a file: not all of
 * them take more than images. `inReply` returns the fields in which the message of a reply differs.
 */
export function openaiMessages(
  messages: readonly ChatMessage[],
  toBlock: (file: FilePart) => object = imageBlock,
  inReply?: (step: Step) => object,
): object[] {
  return stepsOf(messages).flatMap((step) => {
    const { role, text, files, calls } = step
    return [
      {
        role,
        content:
          files.length > 0
            ? [...(text ? [{ type: 'text', text }] : []), ...files.map(toBlock)]
            : text,
        tool_calls: unlessEmpty(calls.map(functionCall)),
        ...(role === 'assistant' && inReply?.(step)),
      },
      ...calls.map(({ id, answer }) => ({ role: 'tool', tool_call_id: id, content: answer })),
    ]
  })
}

export function imageBlock(file: FilePart): object {
  return { type: 'image_url', image_url: { url: fileUrl(file) } }
}

/** Formats of audio that APIs name otherwise than the media type does. */
const formats: Record<string, string> = { mpeg: 'mp3', mp4: 'm4a', wave: 'wav' }

export function fileBlock(file: FilePart): object {
  const [, kind, subtype] = /^(\w+)\/(?:x-|vnd\.)?(\w*)/.exec(file.mediaType) ?? []
  const data = fileData(file)
  const url = fileUrl(file)
  if (kind === 'image') return imageBlock(file)
  // Taken by Qwen, Kimi, GLM, vLLM and OpenRouter, though not by OpenAI.
  if (kind === 'video') return { type: 'video_url', video_url: { url } }
  return kind === 'audio' && subtype && data
    ? { type: 'input_audio', input_audio: { data, format: formats[subtype] ?? subtype } }
    : { type: 'file', file: { filename: file.name ?? 'file', file_data: url } }
}
