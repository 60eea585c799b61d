import {
  isOver,
  type ChatMessage,
  type MessagePart,
  type ToolCallPart,
} from '../../../protocols/message/message.js'

/** A tool call by its place, because some backends give an id twice, or none. */
export interface Place {
  messageId: string
  index: number
}

/** A call that can be answered. */
export interface WaitingCall {
  place: Place
  /** As it was saved last, by whichever tab. */
  call: ToolCallPart
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

/** The conversation with one call changed: its reply is not resumed any more, which would change it back. */
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
    return { ...message, parts, resumeUrl: undefined }
  })
}

/** The calls that wait for the page to run them. */
export function readyPlaces(message: ChatMessage): Place[] {
  return placesIn(message, isReady)
}

/** The calls with this id that have no answer yet, those of the newest message first. */
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

/** Whether the page, not the provider, has to run it, and has not begun to. */
function isReady({ state, providerExecuted }: ToolCallPart): boolean {
  return state === 'ready' && !providerExecuted
}

/** Whether the model waits for the page or its user to answer this call. */
export function waitsForPage(part: MessagePart): boolean {
  return part.type === 'tool-call' && isUnanswered(part) && !part.approval?.approved
}

/** A call that its server may run counts until it has run: the server may have to be told again. */
export function isUnanswered(call: ToolCallPart): boolean {
  return !isOver(call) && (!call.providerExecuted || call.approval !== undefined)
}

/** The user's decision, if it is the server that has asked whether it may run the call. */
export function decisionOn(
  { approval }: ToolCallPart,
  approved: boolean,
  reason?: string,
): Pick<ToolCallPart, 'approval'> {
  return approval ? { approval: { ...approval, approved, reason } } : {}
}

/** Whether the reply ends in a call whose arguments are not JSON: the model has to be told. */
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

/**
 * Returns what counts the rounds of tools since the user's last message, for a reply that calls some now:
 * how many replies have, and how many times this one has gone on to call more.
 */
export function createRoundCounter(): (
  replyId: string,
  messages: readonly ChatMessage[],
) => number {
  let lastId: string | undefined
  let times = 0

  return (replyId, messages) => {
    times = replyId === lastId ? times + 1 : 0
    lastId = replyId
    const lastUser = messages.findLastIndex(({ role }) => role === 'user')
    const replies = messages
      .slice(lastUser + 1)
      .filter(({ parts }) =>
        parts.some((part) => part.type === 'tool-call' && !part.providerExecuted),
      )
    return replies.length + times
  }
}
