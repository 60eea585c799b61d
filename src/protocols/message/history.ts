import {
  isOver,
  textOf,
  type ChatMessage,
  type FilePart,
  type MessagePart,
  type ToolCallPart,
} from './message.js'

/** A question, or a section of a reply: what the model wrote until it waited for tools, or ended. */
export interface Step {
  role: ChatMessage['role']
  text: string
  /** All parts in their order, also calls without an answer. */
  parts: MessagePart[]
  metadata: ChatMessage['metadata']
  /** The files of a question: APIs do not take back files that a model has made. */
  files: FilePart[]
  /** The calls that have a result or an error: APIs refuse a call without an answer. */
  calls: AnsweredCall[]
}

export interface AnsweredCall extends ToolCallPart {
  /** What the tool returned, or why it failed, as text for the model. */
  answer: string
}

/**
 * Divides a conversation into steps, because APIs take the answers to calls only after a step, not in the
 * middle of one. Replies that say nothing are left out.
 *
 * `isOwn` is for an API that wants its own replies back as they came: calls for which it is true end no
 * step, and no reply is left out.
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

/** A message that the page has made may have its text only in `content`. */
export function partsOf({ content, parts }: ChatMessage): readonly MessagePart[] {
  return textOf(parts) ? parts : [{ type: 'text', text: content }, ...parts]
}

/** Whether it has a result or an error, unless that is from the provider itself. */
export function isAnswered(call: ToolCallPart): boolean {
  return !call.providerExecuted && isOver(call)
}

/**
 * The call with its answer. Arguments that were not JSON are sent as `{}`. The id is made unique among
 * `ids`, those of the calls before: APIs refuse one that comes twice, but backends may give calls no
 * ids, or count from 1 in each reply.
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

/** For an API that takes system messages apart from the others. */
export function withoutSystem(messages: readonly ChatMessage[]): {
  system: string | undefined
  others: ChatMessage[]
} {
  const said = messages.filter(({ role }) => role === 'system').map(({ content }) => content)
  const others = messages.filter(({ role }) => role !== 'system')
  return { system: said.join('\n\n') || undefined, others }
}

/** The result of a provider's own tool, if it is in the call and not in a part beside it. */
export function resultOf(id: unknown, { parts }: Step): unknown {
  return parts.filter((part) => part.type === 'tool-call').find((call) => call.id === id)?.result
}

/** What a protocol has kept as it came in a data part, because its API wants it back. */
export function keptFor<Kept extends object>(protocol: string, part: MessagePart): Kept[] {
  return part.type === 'data' && part.name === protocol ? [part.data as Kept] : []
}

/** The further fields with which a part of a reply came, which its API wants back. */
export function cameWith(protocol: string, part: ToolCallPart | FilePart): object | undefined {
  const metadata = part.type === 'file' ? part.providerMetadata : part.callProviderMetadata
  return metadata?.[protocol] as object | undefined
}

/** What the model thought, joined. */
export function thoughtsOf({ parts }: Step): string {
  return parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('')
}

/** JSON leaves out what is undefined, and many APIs refuse an empty list. */
export function unlessEmpty<Element>(all: readonly Element[]): readonly Element[] | undefined {
  return all.length > 0 ? all : undefined
}
