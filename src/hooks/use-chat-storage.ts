'use client'

import { useEffect, useInsertionEffect, useLayoutEffect, useRef, useState } from 'react'
import { storeChat } from '../stores/chat-storage.js'
import type { Chat } from '../stores/chat-types.js'
import type { StorageOptions } from '../stores/storage.js'

// A server has no layout, and React 18 warns there.
const useLayoutEffectInPage = typeof window === 'undefined' ? useEffect : useLayoutEffect

/**
 * Keeps a conversation over a reload, and the same in all tabs, as `storeChat` does, while the
 * component is mounted.
 *
 * `isRestored` is false in the first render, on a server as in a page, so that hydration agrees. With
 * `localStorage` it is true, and the messages are there, before the page is painted.
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
export function useChatStorage(chat: Chat, options: StorageOptions): { isRestored: boolean } {
  const { key } = options
  const [restored, setRestored] = useState<{ chat: Chat; key: string }>()
  const latest = useRef(options)
  useInsertionEffect(() => {
    latest.current = options
  })

  useLayoutEffectInPage(() => {
    const { storage } = latest.current
    return storeChat(chat, {
      key,
      storage,
      onError: latest.current.onError && ((error) => latest.current.onError?.(error)),
      onRestored() {
        setRestored({ chat, key })
        latest.current.onRestored?.()
      },
    })
  }, [chat, key])

  return { isRestored: restored?.chat === chat && restored.key === key }
}
