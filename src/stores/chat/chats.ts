import { buildChat, type ConfigurableChat } from './chat.js'
import type { ChatOptions } from './chat-types.js'

/** How many conversations a page keeps whose components have left, besides those that receive a reply. */
const mostIdle = 100

/** The page's conversations by their ids, the least recently used first. */
const chats = new Map<string, ConfigurableChat>()

/** The page's chat with the id of the options, or a new chat if they have none. */
export function chatFor(options: ChatOptions): ConfigurableChat {
  const { id } = options
  // A server renders for many users: none may see another's conversation.
  if (id === undefined || typeof window === 'undefined') return buildChat(options)
  const chat = chats.get(id) ?? buildChat(options)
  chats.delete(id)
  chats.set(id, chat)
  const idle = [...chats].filter(([, each]) => each.isIdle())
  for (const [oldest] of idle.slice(0, -mostIdle)) chats.delete(oldest)
  return chat
}
