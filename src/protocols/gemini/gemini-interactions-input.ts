import { fileData, isImage, kindOf } from '../message/files.js'
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
import type { ChatMessage, FilePart, MessagePart, ToolCallPart } from '../message/message.js'

/** The request's fields for the conversation: its steps, and system messages as an instruction. */
export function interactionInput(messages: readonly ChatMessage[]): object {
  const { system, others } = withoutSystem(messages)
  return {
    system_instruction: system,
    input: stepsOf(others, asItCame).flatMap((step) =>
      step.role === 'assistant' ? repliedIn(step) : askedIn(step),
    ),
  }
}

interface InputStep {
  type: string
  call_id?: string
  [more: string]: unknown
}

function askedIn({ text, files }: Step): InputStep[] {
  const content = [...(text ? [{ type: 'text', text }] : []), ...files.map(toContent)]
  return content.length > 0 ? [{ type: 'user_input', content }] : []
}

/** A reply that consists of nothing but signatures is left out. */
function repliedIn(step: Step): InputStep[] {
  const steps = step.parts.flatMap((part) => toSteps(part, step))
  const isSaid = steps.some(({ type }) => type !== 'thought')
  return isSaid ? [...steps, ...step.calls.map(toResult)] : []
}

/** A reply goes back as it came: a question may be about an image in it, or a result of its own tools. */
function toSteps(part: MessagePart, step: Step): InputStep[] {
  switch (part.type) {
    case 'text':
      return part.text && step.text.trim() ? [toOutput({ type: 'text', text: part.text })] : []
    case 'file':
      return isImage(part) && asItCame(part) ? [toOutput(toContent(part))] : []
    case 'tool-call':
      return isAnswered(part) ? [toCall(part)] : toServerCall(part)
    case 'data':
      return keptFor<InputStep>('geminiInteractions', part).flatMap((kept) => {
        if (!kept.call_id) return [kept]
        const result = resultOf(kept.call_id, step)
        return result === undefined ? [] : [{ ...kept, result }]
      })
  }
  return []
}

function toOutput(content: object): InputStep {
  return { type: 'model_output', content: [content] }
}

function toCall({ id, name, args, signature }: ToolCallPart): InputStep {
  return { type: 'function_call', id, name, arguments: args, signature }
}

/** A call that was stopped has no result, and is left out. */
function toServerCall(call: ToolCallPart): InputStep[] {
  const { id, args, result } = call
  const came = asItCame(call) as InputStep | undefined
  return came && result !== undefined ? [{ ...came, id, arguments: args }] : []
}

function toResult({ id, name, answer, state }: AnsweredCall): InputStep {
  const is_error = state === 'error' || undefined
  return { type: 'function_result', call_id: id, name, result: answer, is_error }
}

function toContent(file: FilePart): object {
  const { mediaType: mime_type, url: uri } = file
  const type = kindOf(file) ?? 'document'
  const data = fileData(file)
  return data ? { type, mime_type, data } : { type, mime_type, uri }
}

function asItCame(part: ToolCallPart | FilePart): object | undefined {
  return cameWith('geminiInteractions', part)
}
