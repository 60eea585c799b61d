import {
  answersIn,
  callWith,
  cameWith,
  fileData,
  isImage,
  isOwnReply,
  keptFor,
  kindOf,
  partsOf,
  stepsOf,
  type AnsweredCall,
} from './history.js'
import type { ChatMessage, FilePart, MessagePart } from './message.js'

/** The conversation as steps, and what the system says as an instruction. */
export function interactionInput(messages: readonly ChatMessage[]): object {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const others = messages.filter(({ role }) => role !== 'system')
  return {
    system_instruction: system.join('\n\n') || undefined,
    input: others.flatMap((message) =>
      isOwnReply('geminiInteractions', message) ? ownSteps(message) : stepsIn(message),
    ),
  }
}

interface InputStep {
  type: string
  call_id?: string
  [more: string]: unknown
}

function stepsIn(message: ChatMessage): InputStep[] {
  return stepsOf([message]).flatMap(({ role, text, parts, files, calls }) => [
    ...(role === 'assistant' ? parts.flatMap(toOutput) : toInput(text, files)),
    ...calls.map(toCall),
    ...calls.map(toResult),
  ])
}

/** It goes back as it came: a question may be about the image it made, or what its own tools gave. */
function ownSteps(message: ChatMessage): InputStep[] {
  const answers = answersIn(message)
  const hasText = message.content.trim() !== ''
  const steps = partsOf(message).flatMap((part) => {
    const answer = answers.get(part)
    if (answer) return [toCall(answer)]
    return part.type === 'text' && !hasText ? [] : ownStep(part, message)
  })
  // A signature alone says nothing.
  const isSaid = steps.some(({ type }) => type !== 'thought')
  return isSaid ? [...steps, ...[...answers.values()].map(toResult)] : []
}

/** A tool of Google's that was stopped has no result, and is left out. */
function ownStep(part: MessagePart, message: ChatMessage): InputStep[] {
  if (part.type !== 'tool-call') return toOutput(part).map((step) => withResult(step, message))
  const { id, args } = part
  const isOver = message.parts.some((each) => keptSteps(each)[0]?.call_id === id)
  return isOver
    ? [{ ...(cameWith('geminiInteractions', part) as InputStep), id, arguments: args }]
    : []
}

/** The result is in its call. */
function withResult(step: InputStep, message: ChatMessage): InputStep {
  const call = callWith(step.call_id, message)
  return call ? { ...step, result: call.result } : step
}

function toCall({ id, name, args, signature }: AnsweredCall): InputStep {
  return { type: 'function_call', id, name, arguments: args, signature }
}

function toResult({ id, name, answer, state }: AnsweredCall): InputStep {
  const is_error = state === 'error' || undefined
  return { type: 'function_result', call_id: id, name, result: answer, is_error }
}

function toInput(text: string, files: readonly FilePart[]): InputStep[] {
  const content = [...(text ? [{ type: 'text', text }] : []), ...files.map(toContent)]
  return content.length > 0 ? [{ type: 'user_input', content }] : []
}

/** What it said and drew, and the signatures of its thoughts, as they came. */
function toOutput(part: MessagePart): InputStep[] {
  if (part.type === 'text') return part.text ? toModelOutput({ type: 'text', text: part.text }) : []
  if (part.type === 'file' && isImage(part) && cameWith('geminiInteractions', part))
    return toModelOutput(toContent(part))
  return keptSteps(part)
}

function toModelOutput(content: object): InputStep[] {
  return [{ type: 'model_output', content: [content] }]
}

function keptSteps(part: MessagePart): InputStep[] {
  return keptFor('geminiInteractions', part) as InputStep[]
}

function toContent(file: FilePart): object {
  const { mediaType: mime_type, url: uri } = file
  const type = kindOf(file) ?? 'document'
  const data = fileData(file)
  return data ? { type, mime_type, data } : { type, mime_type, uri }
}
