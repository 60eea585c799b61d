import {
  cameWith,
  fileData,
  isAnswered,
  isImage,
  keptFor,
  resultOf,
  stepsOf,
  withoutSystem,
  type AnsweredCall,
  type Step,
} from '../message/history.js'
import type { FilePart, MessagePart, ToolCallPart } from '../message/message.js'
import type { ChatTurn, ToolSpec } from '../types.js'

/** The conversation as `contents`, what the system says as `systemInstruction`, and the tools. */
export function geminiRequest({ messages, tools }: ChatTurn): object {
  const { system, others } = withoutSystem(messages)
  return {
    contents: stepsOf(others, asItCame).flatMap(toContents).reduce(withContent, []),
    systemInstruction: system && { parts: [{ text: system }] },
    tools: tools && [{ functionDeclarations: tools.map(toDeclaration) }],
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

/** The API refuses a content without parts. Neither white space nor a signature is a reply. */
function toContents(step: Step): Content[] {
  const role = step.role === 'assistant' ? 'model' : 'user'
  const parts = step.parts.flatMap((part) => toParts(part, step))
  const isSaid = role === 'user' || step.text.trim() || parts.some((part) => !('text' in part))
  const answer = { role: 'user', parts: step.calls.map(toResponse) }
  return [{ role, parts: isSaid ? parts : [] }, answer].filter(({ parts }) => parts.length > 0)
}

/** A reply goes back as it came: a question may be about the image it made, or what its own tools gave. */
function toParts(part: MessagePart, step: Step): object[] {
  switch (part.type) {
    case 'text':
      return part.text ? [{ text: part.text }] : []
    case 'file': {
      const isSent = step.role !== 'assistant' || (isImage(part) && asItCame(part))
      return isSent ? [{ ...toFilePart(part), ...asItCame(part) }] : []
    }
    case 'tool-call': {
      if (isAnswered(part)) return [toCall(part)]
      // What Google's own tool gives may come with the next reply, where tools of the page go on first.
      const isOpen = part.providerExecuted && step.calls.length > 0
      return asItCame(part) && (part.result || isOpen) ? [toServerCall(part)] : []
    }
    case 'data': {
      const { name, data } = part
      if (/^(executableCode|codeExecutionResult)$/.test(name)) return [{ [name]: data }]
      return keptFor<Kept>('gemini', part).map((kept) => withResponse(kept, step))
    }
  }
  return []
}

interface Kept {
  toolResponse?: { id?: string }
}

function withResponse(kept: Kept, step: Step): object {
  const response = resultOf(kept.toolResponse?.id, step)
  return response ? { ...kept, toolResponse: { ...kept.toolResponse, response } } : kept
}

/** Its `parameters` are not JSON Schema, but a dialect of Google's. */
function toDeclaration({ parameters, ...tool }: ToolSpec): object {
  return { ...tool, parametersJsonSchema: parameters }
}

function toServerCall(call: ToolCallPart): object {
  const { args, signature: thoughtSignature } = call
  return { toolCall: { ...asItCame(call), args }, thoughtSignature }
}

/** Gemini 3 refuses a call without the signature that it came with. */
function toCall(call: ToolCallPart): object {
  const { args, signature: thoughtSignature } = call
  return { functionCall: { ...named(call), args }, thoughtSignature }
}

function toResponse(call: AnsweredCall): object {
  const { state, result, answer } = call
  const response = state === 'error' ? { error: answer } : { result }
  return { functionResponse: { ...named(call), response } }
}

/** Gemini wants the id back that it gave; Vertex gives none, and refuses one. */
function named(call: ToolCallPart): object {
  return { ...asItCame(call), name: call.name }
}

function toFilePart(file: FilePart): object {
  const { mediaType: mimeType, url: fileUri } = file
  const data = fileData(file)
  return data ? { inlineData: { mimeType, data } } : { fileData: { mimeType, fileUri } }
}

function asItCame(part: ToolCallPart | FilePart): object | undefined {
  return cameWith('gemini', part)
}
