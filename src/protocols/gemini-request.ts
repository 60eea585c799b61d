import { answerOf, argsOf, fileData, filesOf, stepsOf, type FilePart } from './history.js'
import type { ChatMessage, ToolCallPart } from './message.js'
import type { ChatTurn, ToolSpec } from './types.js'

/** The conversation as `contents`, and what the system says as `systemInstruction`. */
export function geminiRequest({ messages, tools }: ChatTurn): object {
  const system = messages.filter(({ role }) => role === 'system')
  return {
    contents: messages.flatMap(toContents),
    ...(system.length > 0 && {
      systemInstruction: { parts: system.map(({ content }) => ({ text: content })) },
    }),
    ...(tools && { tools: [{ functionDeclarations: tools.map(toDeclaration) }] }),
  }
}

/** Its `parameters` are not JSON Schema, but a dialect of Google's. */
function toDeclaration({ parameters, ...tool }: ToolSpec): object {
  return { ...tool, parametersJsonSchema: parameters }
}

function toContents(message: ChatMessage): object[] {
  const { role, content } = message
  if (role === 'system') return []
  if (role === 'user') {
    const files = filesOf(message).map(toFilePart)
    return [{ role, parts: [...(content ? [{ text: content }] : []), ...files] }]
  }
  return stepsOf(message).flatMap(({ text, calls }) => [
    { role: 'model', parts: [...(text ? [{ text }] : []), ...calls.map(toCall)] },
    ...(calls.length > 0 ? [{ role: 'user', parts: calls.map(toResponse) }] : []),
  ])
}

/** Gemini 3 refuses a call without the signature that it came with. */
function toCall(call: ToolCallPart): object {
  const { name, signature } = call
  return { functionCall: { name, args: argsOf(call) }, thoughtSignature: signature }
}

function toResponse(call: ToolCallPart): object {
  const { name, state, result } = call
  const response = state === 'error' ? { error: answerOf(call) } : { result }
  return { functionResponse: { name, response } }
}

function toFilePart(file: FilePart): object {
  const { mediaType: mimeType, url: fileUri } = file
  const data = fileData(file)
  return data ? { inlineData: { mimeType, data } } : { fileData: { mimeType, fileUri } }
}
