import { textOf, type ChatMessage, type MessagePart, type ToolCallPart } from './message.js'

export type FilePart = Extract<MessagePart, { type: 'file' }>

/** What a model wrote before it waited for its tools, or before it ended. */
export interface Step {
  text: string
  parts: MessagePart[]
  /** Those that have a result or an error: an API refuses a call without an answer. */
  calls: ToolCallPart[]
}

/** A reply as an API takes it back: it answers calls after each step, and not in the middle of one. */
export function stepsOf({ content, parts }: ChatMessage): Step[] {
  const steps: Step[] = []
  let step: Step | undefined
  for (const part of parts.length > 0 ? parts : [{ type: 'text', text: content } as const]) {
    const isCall = part.type === 'tool-call'
    if (isCall && !isAnswered(part)) continue
    if (!step || (!isCall && step.calls.length > 0)) {
      step = { text: '', parts: [], calls: [] }
      steps.push(step)
    }
    if (isCall) step.calls.push(part)
    else step.parts.push(part)
  }
  for (const each of steps) each.text = textOf(each.parts)
  return steps.filter(({ text, calls }) => text || calls.length > 0)
}

/** It has a result or an error, and not from the provider itself. */
export function isAnswered({ state, providerExecuted }: ToolCallPart): boolean {
  return !providerExecuted && (state === 'done' || state === 'error')
}

/** What the tool gave, or why it failed, in words for the model. */
export function answerOf({ state, result, error }: ToolCallPart): string {
  if (state === 'error') return error ?? 'The tool failed'
  return typeof result === 'string' ? result : (JSON.stringify(result) ?? '')
}

/** The arguments of a call, as an object: those that were no JSON are none. */
export function argsOf({ args }: ToolCallPart): unknown {
  return args ?? {}
}

export function filesOf({ parts }: ChatMessage): FilePart[] {
  return parts.filter((part) => part.type === 'file')
}

/** Where the file is, or the file itself as a data URL. */
export function fileUrl({ mediaType, url, data }: FilePart): string {
  return data === undefined ? (url ?? '') : `data:${mediaType};base64,${data}`
}

/** The file in base64, where the message has it and not only its address. */
export function fileData({ url, data }: FilePart): string | undefined {
  return data ?? /^data:[^,]*;base64,(.*)/s.exec(url ?? '')?.[1]
}

export function isImage({ mediaType }: FilePart): boolean {
  return mediaType.startsWith('image/')
}
