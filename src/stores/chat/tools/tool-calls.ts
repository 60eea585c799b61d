import type { ChatMessage, MessagePart, ToolCallPart } from '../../../protocols/message/message.js'

/** One call, by its place: backends give ids twice, and none. */
export interface Place {
  messageId: string
  index: number
}

export function keyOf({ messageId, index }: Place): string {
  return `${messageId} ${index}`
}

export function callAt(
  messages: readonly ChatMessage[],
  { messageId, index }: Place,
): ToolCallPart | undefined {
  const part = messages.find(({ id }) => id === messageId)?.parts[index]
  return part?.type === 'tool-call' ? part : undefined
}

/** The conversation with one call changed. */
export function withCall(
  messages: readonly ChatMessage[],
  { messageId, index }: Place,
  changed: Partial<ToolCallPart>,
): ChatMessage[] {
  return messages.map((message) => {
    if (message.id !== messageId) return message
    const parts = message.parts.map((part, at) =>
      at === index && part.type === 'tool-call' ? { ...part, ...changed } : part,
    )
    return { ...message, parts }
  })
}

/** The calls that wait for the page to run them. */
export function readyPlaces(message: ChatMessage): Place[] {
  return placesIn(message, isReady)
}

/** The calls with the id that have no answer yet, the newest message's first. */
export function unansweredPlaces(messages: readonly ChatMessage[], callId: string): Place[] {
  return messages
    .filter(({ status }) => status !== 'streaming')
    .map((message) => placesIn(message, (part) => isUnanswered(part) && part.id === callId))
    .reverse()
    .flat()
}

function placesIn({ id, parts }: ChatMessage, matches: (part: ToolCallPart) => boolean): Place[] {
  return parts.flatMap((part, index) =>
    part.type === 'tool-call' && matches(part) ? [{ messageId: id, index }] : [],
  )
}

/** The page runs it, not the provider, and nobody has begun to. */
function isReady({ state, providerExecuted }: ToolCallPart): boolean {
  return state === 'ready' && !providerExecuted
}

/** The model waits for the answer of the page or its user to this call. */
export function waitsForPage(part: MessagePart): boolean {
  return part.type === 'tool-call' && isUnanswered(part) && !part.approval?.approved
}

/** One that its server was allowed to run counts until it has run: the server may have to be told again. */
export function isUnanswered({ state, approval, providerExecuted }: ToolCallPart): boolean {
  return state !== 'done' && state !== 'error' && (!providerExecuted || approval !== undefined)
}

/** Where a server asks whether it may run the call, what the user says to that. */
export function decisionOn(
  { approval }: ToolCallPart,
  approved: boolean,
  reason?: string,
): Pick<ToolCallPart, 'approval'> {
  return approval ? { approval: { ...approval, approved, reason } } : {}
}

/** The model ended with arguments that are not JSON: it has to be told. */
export function endsInBrokenCall({ parts }: ChatMessage): boolean {
  const lastText = parts.findLastIndex(({ type }) => type === 'text')
  return parts.some(
    (part, index) =>
      index > lastText &&
      part.type === 'tool-call' &&
      part.state === 'error' &&
      part.args === null &&
      !part.providerExecuted,
  )
}

/** How many replies have called tools since the user last said something. */
export function roundsIn(messages: readonly ChatMessage[]): number {
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  return messages
    .slice(lastUser + 1)
    .filter(({ parts }) =>
      parts.some((part) => part.type === 'tool-call' && !part.providerExecuted),
    ).length
}
