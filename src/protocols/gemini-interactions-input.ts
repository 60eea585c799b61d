import { fileData, keptFor, kindOf, stepsOf } from './history.js'
import type { ChatMessage, FilePart, MessagePart } from './message.js'

/** The conversation as steps, and what the system says as an instruction. */
export function interactionInput(messages: readonly ChatMessage[]): object {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const others = messages.filter(({ role }) => role !== 'system')
  return {
    system_instruction: system.join('\n\n') || undefined,
    input: stepsOf(others).flatMap(({ role, text, parts, files, calls }) => [
      ...(role === 'assistant' ? parts.flatMap(toOutput) : toInput(text, files)),
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

function toInput(text: string, files: readonly FilePart[]): object[] {
  const content = [...(text ? [{ type: 'text', text }] : []), ...files.map(toContent)]
  return content.length > 0 ? [{ type: 'user_input', content }] : []
}

/** What it said, and the signatures of its thoughts, as they came. */
function toOutput(part: MessagePart): object[] {
  if (part.type !== 'text') return keptFor('geminiInteractions', part)
  return part.text ? [{ type: 'model_output', content: [{ type: 'text', text: part.text }] }] : []
}

function toContent(file: FilePart): object {
  const { mediaType: mime_type, url: uri } = file
  const type = kindOf(file) ?? 'document'
  const data = fileData(file)
  return data ? { type, mime_type, data } : { type, mime_type, uri }
}
