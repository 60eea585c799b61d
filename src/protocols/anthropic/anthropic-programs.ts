import { keptFor } from '../message/history.js'
import type { ChatMessage } from '../message/message.js'

/**
 * The API's own tools, such as code that calls the page's tools: they may have their result only in the
 * reply after that in which they were called.
 */
export interface Programs {
  /** Where the API goes on with those that wait, which it requires. */
  container: string | undefined
  /** Whether a call has a result, or the API goes on with it: it refuses any other. */
  has(callId: string | undefined): boolean
}

export function programsIn(messages: readonly ChatMessage[]): Programs {
  const last = messages.at(-1)
  const paused = /^(tool_use|pause_turn)$/.test(last?.rawFinishReason ?? '') ? last : undefined
  const container = paused?.metadata?.['container'] as { id?: string } | undefined
  const parts = messages.flatMap((message) => message.parts)
  const late = parts
    .flatMap((part) => keptFor<{ tool_use_id?: string; content?: object }>('anthropic', part))
    .map(({ tool_use_id: id, content }) => content && id)
  const sent = parts
    .filter((part) => part.type === 'tool-call')
    .filter((call) => {
      const isTold = late.includes(call.id) || paused?.parts.includes(call)
      return call.result !== undefined || (call.providerExecuted && isTold)
    })
    .map(({ id }) => id)
  return {
    container: container?.id,
    has: (callId) => callId !== undefined && sent.includes(callId),
  }
}
