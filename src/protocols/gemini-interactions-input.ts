import { fileData, stepsOf, type FilePart } from './history.js'
import type { ChatMessage } from './message.js'

/** The conversation as steps, and what the system says as an instruction. */
export function interactionInput(messages: readonly ChatMessage[]): object {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const others = messages.filter(({ role }) => role !== 'system')
  return {
    system_instruction: system.join('\n\n') || undefined,
    input: stepsOf(others).flatMap(({ role, text, files, calls }) => [
      ...(text || files.length > 0 ? [toSaid(role, text, files)] : []),
      ...calls.map(({ id, name, args, signature }) => ({
        type: 'function_call',
        id,
        name,
        arguments: args,
        signature,
      })),
      ...calls.map(({ id, name, answer, state }) => ({
        type: 'function_result',
        call_id: id,
        name,
        result: answer,
        is_error: state === 'error' || undefined,
      })),
    ]),
  }
}

function toSaid(role: string, text: string, files: readonly FilePart[]): object {
  return {
    type: role === 'assistant' ? 'model_output' : 'user_input',
    content: [...(text ? [{ type: 'text', text }] : []), ...files.map(toContent)],
  }
}

function toContent(file: FilePart): object {
  const { mediaType: mime_type, url: uri } = file
  const type = /^(image|audio|video)\//.exec(mime_type)?.[1] ?? 'document'
  const data = fileData(file)
  return data ? { type, mime_type, data } : { type, mime_type, uri }
}
