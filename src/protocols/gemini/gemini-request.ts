import { fileData, isImage } from '../message/files.js'
import {
  cameWith,
  isAnswered,
  keptFor,
  resultOf,
  stepsOf,
  withoutSystem,
  type AnsweredCall,
  type Step,
} from '../message/history.js'
import type { FilePart, MessagePart, ToolCallPart } from '../message/message.js'
import type { ChatTurn, ToolSpec } from '../types.js'

/** The request's fields for the conversation (`contents`, `systemInstruction`) and for the tools. */
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

/** Joins contents of the model: the API refuses a call in a content that follows another of the model. */
function withContent(contents: Content[], { role, parts }: Content): Content[] {
  const last = contents.at(-1)
  if (role === 'model' && last?.role === role) last.parts.push(...parts)
  else contents.push({ role, parts })
  return contents
}

/** The API refuses a content without parts. A reply of only white space or signatures is left out. */
function toContents(step: Step): Content[] {
  const role = step.role === 'assistant' ? 'model' : 'user'
  const parts = step.parts.flatMap((part) => toParts(part, step))
  const isSaid = role === 'user' || step.text.trim() || parts.some((part) => !('text' in part))
  const answer = { role: 'user', parts: step.calls.map(toResponse) }
  return [{ role, parts: isSaid ? parts : [] }, answer].filter(({ parts }) => parts.length > 0)
}

/** A reply goes back as it came: a question may be about an image in it, or a result of its own tools. */
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
      // Beside calls of the page's tools, a call of Google's own may get its result in the next reply.
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

/** Not as `parameters`, which the API takes only in Google's own dialect of JSON Schema. */
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
