import { fileData, keptFor, stepsOf, type AnsweredCall, type Step } from './history.js'
import type { FilePart } from './message.js'
import type { ChatTurn, ToolSpec } from './types.js'

/** The conversation as `contents`, and what the system says as `systemInstruction`. */
export function geminiRequest({ messages, tools }: ChatTurn): object {
  const system = messages.filter(({ role, content }) => role === 'system' && content)
  const others = messages.filter(({ role }) => role !== 'system')
  return {
    contents: stepsOf(others).flatMap(toContents).reduce(withContent, []),
    ...(system.length > 0 && {
      systemInstruction: { parts: system.map(({ content }) => ({ text: content })) },
    }),
    ...(tools && { tools: [{ functionDeclarations: tools.map(toDeclaration) }] }),
  }
}

interface Content {
  role: string
  parts: object[]
}

/** The API refuses a call that follows other contents of the model: they become one content. */
function withContent(contents: Content[], { role, parts }: Content): Content[] {
  const last = contents.at(-1)
  if (role === 'model' && last?.role === role) last.parts.push(...parts)
  else contents.push({ role, parts })
  return contents
}

/** The API refuses a content without parts. */
function toContents({ role, text, parts, files, calls }: Step): Content[] {
  const said = [
    ...(text ? [{ text }] : []),
    ...parts.flatMap((part) => keptFor('gemini', part)),
    ...files.map(toFilePart),
    ...calls.map(toCall),
  ]
  return [
    { role: role === 'assistant' ? 'model' : 'user', parts: said },
    { role: 'user', parts: calls.map(toResponse) },
  ].filter((content) => content.parts.length > 0)
}

/** Its `parameters` are not JSON Schema, but a dialect of Google's. */
function toDeclaration({ parameters, ...tool }: ToolSpec): object {
  return { ...tool, parametersJsonSchema: parameters }
}

/** Gemini 3 refuses a call without the signature that it came with. */
function toCall(call: AnsweredCall): object {
  return { functionCall: { ...named(call), args: call.args }, thoughtSignature: call.signature }
}

function toResponse(call: AnsweredCall): object {
  const { state, result, answer } = call
  const response = state === 'error' ? { error: answer } : { result }
  return { functionResponse: { ...named(call), response } }
}

/** Gemini wants the id back that it gave; Vertex gives none, and refuses one. */
function named({ name, callProviderMetadata }: AnsweredCall): object {
  return { ...(callProviderMetadata?.['gemini'] as object), name }
}

function toFilePart(file: FilePart): object {
  const { mediaType: mimeType, url: fileUri } = file
  const data = fileData(file)
  return data ? { inlineData: { mimeType, data } } : { fileData: { mimeType, fileUri } }
}
