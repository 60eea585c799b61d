import { answerOf, argsOf, fileUrl, filesOf, isImage, stepsOf } from './history.js'
import type { ChatMessage } from './message.js'

const types: Record<ChatMessage['role'], string> = {
  user: 'human',
  assistant: 'ai',
  system: 'system',
}

/** A conversation as LangChain's messages. */
export function langChainInput(messages: readonly ChatMessage[]): object[] {
  return messages.flatMap((message): object[] => {
    const { role } = message
    const type = types[role]
    if (role !== 'assistant') return [{ type, content: withFiles(message) }]
    return stepsOf(message).flatMap(({ text, calls }) => [
      {
        type,
        content: text,
        tool_calls:
          calls.length > 0
            ? calls.map((call) => ({ id: call.id, name: call.name, args: argsOf(call) }))
            : undefined,
      },
      ...calls.map((call) => ({ type: 'tool', tool_call_id: call.id, content: answerOf(call) })),
    ])
  })
}

function withFiles(message: ChatMessage): unknown {
  const { content } = message
  const files = filesOf(message)
  if (files.length === 0) return content
  return [
    { type: 'text', text: content },
    ...files.map((file) =>
      isImage(file)
        ? { type: 'image_url', image_url: { url: fileUrl(file) } }
        : { type: 'file', source_type: 'url', url: fileUrl(file), mime_type: file.mediaType },
    ),
  ]
}
