import {
  textOf,
  type ChatMessage,
  type FilePart,
  type MessagePart,
  type ToolCallPart,
} from './message.js'

/** A question, or what a model wrote before it waited for its tools, or before it ended. */
export interface Step {
  role: ChatMessage['role']
  text: string
  /** In their order, calls without an answer too. */
  parts: MessagePart[]
  metadata: ChatMessage['metadata']
  /** Those of a question: APIs do not take back files that a model has made. */
  files: FilePart[]
  /** Those that have a result or an error: an API refuses a call without an answer. */
  calls: AnsweredCall[]
}

export interface AnsweredCall extends ToolCallPart {
  /** What the tool gave, or why it failed, in words for the model. */
  answer: string
}

/**
 * A conversation as an API takes it: it answers calls after each step, and not in the middle of one.
 * An API that wants its own replies back as they came has `isOwn`, for the calls that it has made: they
 * end no step. It leaves out by itself what says nothing.
 */
export function stepsOf(
  messages: readonly ChatMessage[],
  isOwn?: (call: ToolCallPart) => unknown,
): Step[] {
  const ids = new Set<string>()
  const steps: Step[] = []
  for (const message of messages) {
    const { role, metadata } = message
    let step: Step | undefined
    for (const part of partsOf(message)) {
      const isCall = part.type === 'tool-call'
      const answered = isCall && isAnswered(part) ? answeredCall(part, ids) : undefined
      const last = step?.calls.at(-1)
      const isBeside = isCall && last?.step === part.step
      if (!step || (last && !isBeside && !isOwn?.(last))) {
        step = { role, text: '', parts: [], metadata, files: [], calls: [] }
        steps.push(step)
      }
      step.parts.push(answered ?? part)
      if (answered) step.calls.push(answered)
      if (part.type === 'text') step.text += part.text
      if (part.type === 'file' && role !== 'assistant') step.files.push(part)
    }
  }
  return steps.filter(
    ({ role, text, calls }) => isOwn || role !== 'assistant' || text.trim() || calls.length > 0,
  )
}

/** A page's own message may have its text in `content` alone. */
export function partsOf({ content, parts }: ChatMessage): readonly MessagePart[] {
  return textOf(parts) ? parts : [{ type: 'text', text: content }, ...parts]
}

/** It has a result or an error, and not from the provider itself. */
export function isAnswered({ state, providerExecuted }: ToolCallPart): boolean {
  return !providerExecuted && (state === 'done' || state === 'error')
}

/**
 * Arguments that were not JSON are sent as none. Backends count calls from 1 in each reply, or give them
 * no ids: APIs refuse one that comes twice. `ids` are those of the calls that are sent before it.
 */
export function answeredCall(call: ToolCallPart, ids: Set<string>): AnsweredCall {
  const id = ids.has(call.id) ? `${call.id}-${ids.size}` : call.id
  ids.add(id)
  return { ...call, id, args: call.args ?? {}, answer: answerOf(call) }
}

function answerOf({ state, result, error }: ToolCallPart): string {
  if (state === 'error') return error || 'The tool failed'
  return typeof result === 'string' ? result : (JSON.stringify(result) ?? '')
}

/** For an API that does not take as a message what the system says. */
export function withoutSystem(messages: readonly ChatMessage[]): {
  system: string | undefined
  others: ChatMessage[]
} {
  const said = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const others = messages.filter(({ role }) => role !== 'system')
  return { system: said.join('\n\n') || undefined, others }
}

/** What the provider's own tool gave, where that is in the call and not kept beside it. */
export function resultOf(id: unknown, { parts }: Step): unknown {
  return parts.filter((part) => part.type === 'tool-call').find((call) => call.id === id)?.result
}

/** What a protocol has kept of a reply as it came, because its API wants it back. */
export function keptFor<Kept extends object>(protocol: string, part: MessagePart): Kept[] {
  return part.type === 'data' && part.name === protocol ? [part.data as Kept] : []
}

/** What a part of a reply came with besides, which its API wants back with it. */
export function cameWith(protocol: string, part: ToolCallPart | FilePart): object | undefined {
  const metadata = part.type === 'file' ? part.providerMetadata : part.callProviderMetadata
  return metadata?.[protocol] as object | undefined
}

/** What the model thought, joined. */
export function thoughtsOf({ parts }: Step): string {
  return parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('')
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

/** As most APIs tell files apart: `image`, `audio` or `video`, `undefined` for the rest. */
export function kindOf({ mediaType }: FilePart): string | undefined {
  return /^(image|audio|video)(?=\/)/.exec(mediaType)?.[0]
}

/** JSON leaves out what is undefined, and many an API refuses a list of nothing. */
export function unlessEmpty<Element>(all: readonly Element[]): readonly Element[] | undefined {
  return all.length > 0 ? all : undefined
}
