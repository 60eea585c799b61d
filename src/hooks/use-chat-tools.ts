'use client'

import { useEffect, useInsertionEffect } from 'react'
import { chatToolsOf } from '../stores/chat/tools/chat-tools.js'
import type {
  ChatToolsActions,
  ChatToolsOptions,
  ChatToolsSnapshot,
} from '../stores/chat/tools/chat-tools-types.js'
import type { Chat } from '../stores/chat/chat-types.js'
import type { ToolSet } from '../stores/chat/tools/tool.js'
import { useStore } from './use-store.js'

/** What `useChatTools` returns. */
export interface UseChatToolsResult extends ChatToolsSnapshot, ChatToolsActions {}

/**
 * Runs the tools that the replies of a chat call while the component is mounted, and requests the next
 * reply when all calls are done. The tools belong to the chat: all components that use it share them,
 * and when the last one unmounts, running calls are stopped. The tools and options of the latest render
 * apply.
 *
 * @example
 * ```tsx
 * import { tool, useChatTools, useStreamChat } from 'brooklet'
 * import { openaiChat, withTools } from 'brooklet/protocols'
 * import { z } from 'zod'
 *
 * const tools = {
 *   move: tool({
 *     description: 'Moves a file',
 *     input: z.object({ from: z.string(), to: z.string() }),
 *     needsApproval: true,
 *     execute: (files) => fetch('/api/move', { method: 'POST', body: JSON.stringify(files) }).then((response) => response.text()),
 *   }),
 * }
 * const protocol = withTools(openaiChat({ model: 'gpt-5' }), tools)
 *
 * function Chat() {
 *   const { chat, messages, sendMessage } = useStreamChat({ protocol })
 *   const { approve, deny } = useChatTools(chat, tools)
 *   const parts = messages.flatMap((message) => message.parts)
 *   return (
 *     <>
 *       <button onClick={() => void sendMessage('Tidy up')}>Tidy up</button>
 *       {parts.map((part) => part.type === 'tool-call' && part.state === 'approval' && (
 *         <p key={part.id}>
 *           {part.name} {part.argsText}
 *           <button onClick={() => approve(part.id)}>Allow</button>
 *           <button onClick={() => deny(part.id)}>Refuse</button>
 *         </p>
 *       ))}
 *     </>
 *   )
 * }
 * ```
 */
export function useChatTools(
  chat: Chat,
  tools: ToolSet,
  options?: ChatToolsOptions,
): UseChatToolsResult {
  const store = chatToolsOf(chat)
  // Not during the render: other components use the same tools, and React may discard this render.
  useInsertionEffect(() => store.configure(tools, options))
  useEffect(() => store.retain(), [store])
  const snapshot = useStore(store)
  const { approve, deny, answer, stop } = store
  return { ...snapshot, approve, deny, answer, stop }
}
