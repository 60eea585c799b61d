import {
  answersIn,
  callWith,
  cameWith,
  fileData,
  isImage,
  isOwnReply,
  keptFor,
  partsOf,
  stepsOf,
  type AnsweredCall,
  type Step,
} from './history.js'
import type { ChatMessage, FilePart, MessagePart, ToolCallPart } from './message.js'
import type { ChatTurn, ToolSpec } from './types.js'

/** The conversation as `contents`, and what the system says as `systemInstruction`. */
export function geminiRequest({ messages, tools }: ChatTurn): object {
  const system = messages.filter(({ role, content }) => role === 'system' && content)
  const others = messages.filter(({ role }) => role !== 'system')
  return {
    contents: others.flatMap(toContents).reduce(withContent, []),
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

function toContents(message: ChatMessage): Content[] {
  return isOwnReply('gemini', message)
    ? ownContents(message)
    : stepsOf([message]).flatMap(stepContents)
}

/** It goes back as it came: a question may be about the image it made, or what its own tools gave. */
function ownContents(message: ChatMessage): Content[] {
  const answers = answersIn(message)
  const parts = partsOf(message).flatMap((part) => {
    const answer = answers.get(part)
    return answer ? [toCall(answer)] : ownPart(part, message, answers.size > 0)
  })
  // Neither white space nor a signature says anything.
  const isSaid = message.content.trim() || parts.some((part) => !('text' in part))
  return isSaid ? toTurn('model', parts, [...answers.values()]) : []
}

/** The result of a tool of Google's may come with the next reply where tools of the page go on first. */
function ownPart(part: MessagePart, message: ChatMessage, isPaused: boolean): object[] {
  switch (part.type) {
    case 'text':
      return part.text ? [{ text: part.text }] : []
    case 'file':
      return isImage(part) && cameWith('gemini', part)
        ? [{ ...toFilePart(part), ...cameWith('gemini', part) }]
        : []
    case 'tool-call':
      return cameWith('gemini', part) && (part.result ?? isPaused) ? [toServerCall(part)] : []
    case 'data':
      if (/^(executableCode|codeExecutionResult)$/.test(part.name))
        return [{ [part.name]: part.data }]
      return keptFor('gemini', part).map((kept) => withResponse(kept, message))
  }
  return []
}

function toServerCall(call: ToolCallPart): object {
  return {
    toolCall: { ...cameWith('gemini', call), args: call.args },
    thoughtSignature: call.signature,
  }
}

/** The response is in its call. */
function withResponse(kept: { toolResponse?: { id?: string } }, message: ChatMessage): object {
  const call = callWith(kept.toolResponse?.id, message)
  return call ? { ...kept, toolResponse: { ...kept.toolResponse, response: call.result } } : kept
}

function stepContents({ role, text, parts, files, calls }: Step): Content[] {
  const said = [
    ...(text ? [{ text }] : []),
    ...parts.flatMap((part) => keptFor('gemini', part)),
    ...files.map(toFilePart),
    ...calls.map(toCall),
  ]
  return toTurn(role === 'assistant' ? 'model' : 'user', said, calls)
}

/** The API refuses a content without parts. */
function toTurn(role: string, parts: object[], calls: readonly AnsweredCall[]): Content[] {
  const answer = { role: 'user', parts: calls.map(toResponse) }
  return [{ role, parts }, answer].filter((content) => content.parts.length > 0)
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
function named(call: AnsweredCall): object {
  return { ...cameWith('gemini', call), name: call.name }
}

function toFilePart(file: FilePart): object {
  const { mediaType: mimeType, url: fileUri } = file
  const data = fileData(file)
  return data ? { inlineData: { mimeType, data } } : { fileData: { mimeType, fileUri } }
}
