'use client'

import { queueOf, type ChatQueue, type QueuedMessage } from '../stores/chat/chat-queue.js'
import type { Chat } from '../stores/chat/chat-types.js'
import { useStore } from './use-store.js'

/** What `useChatQueue` returns. */
export interface UseChatQueueResult extends Pick<
  ChatQueue,
  'sendMessage' | 'interrupt' | 'removeQueued'
> {
  /** The waiting messages, the next one first. */
  queued: readonly QueuedMessage[]
}

/**
 * Queues messages while a reply is received, or interrupts the reply; see `queueOf`. The queue belongs
 * to the chat: all components that use it share it.
 *
 * @example
 * ```tsx
 * import { useChatInput, useChatQueue, useStreamChat } from 'brooklet'
 *
 * function Chat() {
 *   const { chat } = useStreamChat()
 *   const { queued, sendMessage, removeQueued } = useChatQueue(chat)
 *   const { getInputProps } = useChatInput({ onSend: sendMessage })
 *   return (
 *     <>
 *       {queued.map(({ id, content }) => (
 *         <button key={id} onClick={() => removeQueued(id)}>Do not send “{content}”</button>
 *       ))}
 *       <textarea aria-label="Message" {...getInputProps()} />
 *     </>
 *   )
 * }
 * ```
 */
export function useChatQueue(chat: Chat): UseChatQueueResult {
  const queue = queueOf(chat)
  const queued = useStore(queue)
  const { sendMessage, interrupt, removeQueued } = queue
  return { queued, sendMessage, interrupt, removeQueued }
}
