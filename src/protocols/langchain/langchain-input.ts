import { fileData, fileUrl, isImage, kindOf } from '../message/files.js'
import { stepsOf, unlessEmpty } from '../message/history.js'
import type { ChatMessage, FilePart } from '../message/message.js'

const types: Record<string, string> = { user: 'human', assistant: 'ai' }

interface SentMessage {
  type: string
  [more: string]: unknown
}

/** A conversation as LangChain's messages. */
export function langChainInput(messages: readonly ChatMessage[]): SentMessage[] {
  return stepsOf(messages).flatMap(({ role, text, files, calls }) => [
    {
      type: types[role] ?? role,
      // The model's API may refuse an empty text.
      content:
        files.length > 0
          ? [...(text ? [{ type: 'text', text }] : []), ...files.map(toBlock)]
          : text,
      tool_calls: unlessEmpty(calls.map(({ id, name, args }) => ({ id, name, args }))),
    },
    ...calls.map(({ id, answer, state }) => ({
      type: 'tool',
      id, // A thread takes a message with an id that it knows for a new version of that one.
      tool_call_id: id,
      content: answer,
      status: state === 'error' ? state : undefined,
    })),
  ])
}

function toBlock(file: FilePart): object {
  if (isImage(file)) return { type: 'image_url', image_url: { url: fileUrl(file) } }
  const { mediaType: mime_type, url, name = 'file' } = file
  const data = fileData(file)
  const source = data ? { source_type: 'base64', data } : { source_type: 'url', url }
  return { type: kindOf(file) ?? 'file', ...source, mime_type, filename: name }
}
