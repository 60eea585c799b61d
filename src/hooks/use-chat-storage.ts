'use client'

import { storeChat } from '../stores/chat/storage/chat-storage.js'
import type { Chat } from '../stores/chat/chat-types.js'
import type { StorageOptions } from '../stores/storage/storage.js'
import { useStorage, type UseStorageResult } from './use-storage.js'

/**
 * Saves a conversation while the component is mounted: it survives a reload, and is the same in all
 * tabs. See `storeChat`.
 *
 * `isRestored` is `false` in the first render, on a server as in a page, so that hydration matches. With
 * `localStorage` it is `true`, and the messages are there, before the first paint.
 *
 * @example
 * ```tsx
 * import { useChatStorage, useStreamChat } from 'brooklet'
 *
 * function Chat() {
 *   const { messages, chat } = useStreamChat({ url: '/api/chat' })
 *   useChatStorage(chat, { key: 'chat' })
 *   return messages.map(({ id, content }) => <p key={id}>{content}</p>)
 * }
 * ```
 */
export function useChatStorage(chat: Chat, options: StorageOptions): UseStorageResult {
  return useStorage(chat, options, storeChat)
}
