import { aiSdk } from '../ai-sdk.js'
import { text, type Fields, type Json } from '../json/json.js'
import { createDraft } from '../message/draft.js'
import type { ChatMessage } from '../message/message.js'

/** A message as AI SDK saves it: its `UIMessage`. */
export interface UiMessage {
  id: string
  role: ChatMessage['role']
  parts: readonly { type: string }[]
  metadata?: unknown
}

/**
 * Messages that an AI SDK server has saved, as `initialMessages` for a chat with `aiSdk()`. They have all
 * their parts, and go back as they were.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { aiSdk, fromUiMessages } from 'brooklet/protocols'
 *
 * const saved = await fetch('/api/chat/1').then((response) => response.json())
 * const chat = createChat({ protocol: aiSdk(), initialMessages: fromUiMessages(saved) })
 * ```
 */
export function fromUiMessages(messages: readonly UiMessage[]): ChatMessage[] {
  return messages.map(({ id, role, parts, metadata }) => {
    const draft = createDraft()
    const reader = aiSdk().reader({ format: 'sse', headers: new Headers() })
    for (const [index, part] of parts.entries()) {
      for (const chunk of chunksOf(part as object as Fields, String(index))) {
        reader.read({ type: 'message', data: JSON.stringify(chunk), lastEventId: '' }, draft)
      }
    }
    const told = metadata as ChatMessage['metadata']
    return { id, role, status: 'complete', ...draft.snapshot(true), metadata: told }
  })
}

/** What a server would stream for a part. */
function chunksOf(part: Fields, id: string): object[] {
  const type = text(part.type)
  if (part.toolCallId) return callChunks(type, part)
  if (type === 'step-start') return [{ type: 'start-step' }]
  if (type !== 'text' && type !== 'reasoning') return [part]
  const { text: delta, providerMetadata } = part
  return [
    { type: `${type}-delta`, id, delta },
    { type: `${type}-end`, id, providerMetadata },
  ]
}

function callChunks(type: string, part: Fields): object[] {
  const { toolCallId, providerExecuted, input = part.rawInput, approval } = part
  const state = text(part.state)
  const dynamic = type === 'dynamic-tool'
  const call = {
    toolCallId,
    toolName: dynamic ? part.toolName : type.slice('tool-'.length),
    dynamic,
    providerExecuted,
    providerMetadata: part.callProviderMetadata,
  }
  // Its arguments were cut, so they must not be JSON.
  const inputTextDelta = JSON.stringify(input ?? {}).slice(0, -1)
  if (state === 'input-streaming') return [{ ...call, type: 'tool-input-delta', inputTextDelta }]
  const providerMetadata = part.resultProviderMetadata
  return [
    { ...call, type: 'tool-input-available', input },
    ...(approval ? approvalChunks(approval, toolCallId) : []),
    ...(state.startsWith('output') ? [{ ...part, type: `tool-${state}`, providerMetadata }] : []),
  ]
}

function approvalChunks(approval: Fields, toolCallId: Json): object[] {
  const { id: approvalId, requestReason: reason, descriptor: approvalDescriptor } = approval
  const about = { ...approval, toolCallId, approvalId }
  const request = { ...about, type: 'tool-approval-request', reason, approvalDescriptor }
  const response = { ...about, type: 'tool-approval-response' }
  return approval.approved === undefined ? [request] : [request, response]
}
