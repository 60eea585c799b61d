import { answerOf, argsOf, fileData, filesOf, isImage, stepsOf, type FilePart } from './history.js'
import type { ChatMessage } from './message.js'

/** The conversation as steps, and what the system says as an instruction. */
export function interactionInput(messages: readonly ChatMessage[]): object {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  return {
    system_instruction: system.length > 0 ? system.join('\n\n') : undefined,
    input: messages.flatMap(toSteps),
  }
}

function toSteps(message: ChatMessage): object[] {
  const { role, content } = message
  if (role === 'system') return []
  if (role === 'user') {
    const words = content ? [{ type: 'text', text: content }] : []
    return [{ type: 'user_input', content: [...words, ...filesOf(message).map(toContent)] }]
  }
  return stepsOf(message).flatMap(({ text, calls }) => [
    ...(text ? [{ type: 'model_output', content: [{ type: 'text', text }] }] : []),
    ...calls.map((call) => ({
      type: 'function_call',
      id: call.id,
      name: call.name,
      arguments: argsOf(call),
      signature: call.signature,
    })),
    ...calls.map((call) => ({
      type: 'function_result',
      call_id: call.id,
      name: call.name,
      result: answerOf(call),
      is_error: call.state === 'error' || undefined,
    })),
  ])
}

function toContent(file: FilePart): object {
  const { mediaType: mime_type, url: uri } = file
  const kind = /^(audio|video)\//.exec(mime_type)?.[1]
  const type = isImage(file) ? 'image' : (kind ?? 'document')
  const data = fileData(file)
  return data ? { type, mime_type, data } : { type, mime_type, uri }
}
