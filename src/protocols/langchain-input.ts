import { fileUrl, isImage, stepsOf, unlessEmpty, type FilePart } from './history.js'
import type { ChatMessage } from './message.js'

const types: Record<string, string> = { user: 'human', assistant: 'ai' }

/** A conversation as LangChain's messages. */
export function langChainInput(messages: readonly ChatMessage[]): object[] {
  return stepsOf(messages).flatMap(({ role, text, files, calls }) => [
    {
      type: types[role] ?? role,
      // Behind it may be an API that refuses a text without words.
      content:
        files.length > 0
          ? [...(text ? [{ type: 'text', text }] : []), ...files.map(toBlock)]
          : text,
      tool_calls: unlessEmpty(calls.map(({ id, name, args }) => ({ id, name, args }))),
    },
    ...calls.map(({ id, answer }) => ({ type: 'tool', tool_call_id: id, content: answer })),
  ])
}

function toBlock(file: FilePart): object {
  const url = fileUrl(file)
  return isImage(file)
    ? { type: 'image_url', image_url: { url } }
    : { type: 'file', source_type: 'url', url, mime_type: file.mediaType }
}
