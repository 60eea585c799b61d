'use client'

import { chatFor } from '../stores/chat/chats.js'
import type { Chat, ChatActions, ChatOptions, ChatSnapshot } from '../stores/chat/chat-types.js'
import { useRetainedStore } from './use-retained-store.js'
import { useStore } from './use-store.js'

/** What `useStreamChat` returns: the chat's snapshot, its actions, and the chat. */
export interface UseStreamChatResult extends ChatSnapshot, ChatActions {
  /** The store itself, which is stable: for hooks such as `useChatQueue`, and for child components. */
  chat: Chat
}

/**
 * Holds a conversation with a streaming model. With a selector, it returns what that returns for the chat's
 * snapshot, and renders only when this changes.
 */
export function useStreamChat<Selected>(
  chatOrOptions: Chat | ChatOptions | undefined,
  select: (snapshot: ChatSnapshot) => Selected,
): Selected
// Last of the overloads, because `ReturnType` looks at that one.
/**
 * Holds a conversation with a streaming model. Unmounting ends a reply that is streaming, unless the
 * options have an `id`: then it goes on, and every component with this `id` shows the same conversation.
 *
 * Renders at most once a frame. Settled `messages` keep their identity, so that `memo` works, and the
 * actions are stable. Takes options, or a chat made by `createChat`. With a selector, it returns what the
 * selector returns for the chat's snapshot, and renders only when that changes.
 *
 * @example
 * ```tsx
 * import { useStreamChat } from 'brooklet'
 *
 * function Chat() {
 *   const { messages, isLoading, sendMessage, stop } = useStreamChat({ url: '/api/chat' })
 *   return (
 *     <>
 *       {messages.map(({ id, role, content }) => <p key={id}>{role}: {content}</p>)}
 *       {isLoading ? <button onClick={stop}>Stop</button> : null}
 *       <button onClick={() => void sendMessage('Hello')}>Say hello</button>
 *     </>
 *   )
 * }
 * ```
 */
export function useStreamChat(chatOrOptions?: Chat | ChatOptions): UseStreamChatResult
export function useStreamChat(
  chatOrOptions: Chat | ChatOptions = {},
  select?: (snapshot: ChatSnapshot) => unknown,
): unknown {
  const chat = useRetainedStore<Chat, ChatOptions>(chatOrOptions, chatFor)
  const selected = useStore(chat, select)
  if (select) return selected
  const { sendMessage, stop, regenerate, requestReply, resume, removeMessage, clear, setMessages } =
    chat
  return {
    ...(selected as ChatSnapshot),
    sendMessage,
    stop,
    regenerate,
    requestReply,
    resume,
    removeMessage,
    clear,
    setMessages,
    chat,
  }
}
