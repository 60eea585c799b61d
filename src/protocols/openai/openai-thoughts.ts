import { thoughtsOf, type Step } from '../message/history.js'
import { isText, list, text, type Json } from '../json/json.js'
import type { ChatMessage } from '../message/message.js'
import { functionCall } from '../message/tools.js'
import type { MessageDraft } from '../types.js'

/** What is kept in the metadata of a reply. */
interface Kept {
  reasoningContent?: boolean
  reasoningDetails?: readonly Json[]
  thinkingBlocks?: readonly Json[]
  extraContent?: Record<string, Json>
}

/**
 * Keeps in the metadata of the reply what has to go back with calls. A backend that sends such a field
 * refuses calls without it; others refuse the field.
 */
export function createThoughtsKeeper(): (delta: Json, draft: MessageDraft) => void {
  let extraContent: Record<string, Json> = {}
  let reasoningDetails: readonly Json[] = []
  let thinkingBlocks: readonly Json[] = []
  /** What has come of a block that is not signed yet. */
  let thinking = ''
  let hasCalls = false

  /** Thinking comes in pieces, of which the last is signed and may repeat the others. */
  function readBlock(block: Json): void {
    const words = text(block?.thinking)
    const isWhole = block?.signature && words.startsWith(thinking)
    thinking = isWhole ? words : thinking + words
    if (!block?.signature && !block?.data) return
    const whole = block.data ? {} : { thinking: thinking as unknown as Json }
    thinkingBlocks = [...thinkingBlocks, { ...block, ...whole }]
    thinking = ''
  }

  return (delta, draft) => {
    // DeepSeek, Kimi
    if (isText(delta?.reasoning_content)) draft.setMetadata({ reasoningContent: true })
    // Gemini: the signature of its thoughts
    for (const call of list(delta?.tool_calls)) {
      hasCalls = true
      if (!call?.extra_content) continue
      extraContent = { ...extraContent, [text(call.id)]: call.extra_content }
      draft.setMetadata({ extraContent })
    }
    // OpenRouter. Without calls, they would only repeat the reasoning.
    reasoningDetails = list(delta?.reasoning_details).reduce(withPiece, reasoningDetails)
    if (hasCalls && reasoningDetails[0]) draft.setMetadata({ reasoningDetails })
    // LiteLLM: Claude's thinking
    for (const block of list(delta?.thinking_blocks)) readBlock(block)
    if (hasCalls && thinkingBlocks[0]) draft.setMetadata({ thinkingBlocks })
  }
}

/** Details come in pieces, and have to go back joined. */
function withPiece(details: readonly Json[], piece: Json): readonly Json[] {
  const last = details.at(-1)
  const goesOn = last?.type === piece?.type && last?.index === piece?.index && !piece?.data
  if (!last || !goesOn) return [...details, piece]
  const grown = (key: string): Json => (text(last[key]) + text(piece?.[key]) || undefined) as Json
  return [
    ...details.slice(0, -1),
    { ...last, ...piece, text: grown('text'), summary: grown('summary') },
  ]
}

/**
 * What goes back with each reply. If there are tools, DeepSeek wants its reasoning back with all replies:
 * also with those without calls, and empty if there was none.
 */
export function thoughtsIn(
  messages: readonly ChatMessage[],
  hasTools: boolean,
): (step: Step) => object {
  const isWanted =
    messages.some(({ metadata }) => keptIn(metadata).reasoningContent) &&
    (hasTools || messages.some(({ parts }) => parts.some(({ type }) => type === 'tool-call')))

  return (step) => ({
    reasoning_content: isWanted ? thoughtsOf(step) : undefined,
    ...(step.calls.length > 0 && withCalls(step)),
  })
}

/** `null` as the content: beside calls, some APIs refuse an empty one, and some a missing one. */
function withCalls({ text, calls, metadata }: Step): object {
  const { reasoningDetails, thinkingBlocks, extraContent } = keptIn(metadata)
  return {
    content: text || null,
    reasoning_details: reasoningDetails,
    thinking_blocks: thinkingBlocks,
    tool_calls: calls.map((call) => {
      const { id, name, args } = call
      if (typeof args === 'string') return { id, type: 'custom', custom: { name, input: args } }
      return { ...functionCall(call), extra_content: extraContent?.[id] }
    }),
  }
}

function keptIn(metadata: ChatMessage['metadata']): Kept {
  return metadata ?? {}
}
