'use client'

import {
  branchesOf,
  type BranchesSnapshot,
  type ChatBranches,
} from '../stores/chat/branches/chat-branches.js'
import type { Chat } from '../stores/chat/chat-types.js'
import { useStore } from './use-store.js'

/** What `useChatBranches` returns. */
export interface UseChatBranchesResult extends Pick<
  ChatBranches,
  'editMessage' | 'regenerate' | 'previous' | 'next'
> {
  /** By the id of each message shown: its index among its siblings, and how many there are. */
  siblings: BranchesSnapshot
}

/**
 * Keeps the messages that an edit or a new reply would replace, and switches between the versions; see
 * `branchesOf`. The branches belong to the chat: all components that use it share them.
 *
 * @example
 * ```tsx
 * import { useChatBranches, useStreamChat } from 'brooklet'
 *
 * function Chat() {
 *   const { messages, chat } = useStreamChat()
 *   const { siblings, previous, next } = useChatBranches(chat)
 *   return messages.map(({ id, content }) => {
 *     const { index, count } = siblings.get(id) ?? { index: 0, count: 1 }
 *     return (
 *       <div key={id}>
 *         {content}
 *         <button disabled={index === 0} onClick={() => previous(id)}>‹</button>
 *         {index + 1}/{count}
 *         <button disabled={index === count - 1} onClick={() => next(id)}>›</button>
 *       </div>
 *     )
 *   })
 * }
 * ```
 */
export function useChatBranches(chat: Chat): UseChatBranchesResult {
  const branches = branchesOf(chat)
  const siblings = useStore(branches)
  const { editMessage, regenerate, previous, next } = branches
  return { siblings, editMessage, regenerate, previous, next }
}
