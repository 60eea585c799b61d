import { buildChat, type ConfigurableChat } from './chat.js'
import type { ChatOptions } from './chat-types.js'

/** How many conversations a page keeps besides those that are in use or receive a reply. */
const mostIdle = 100

/** The conversations of a page that have ids, the one asked for last at the end. */
const chats = new Map<string, ConfigurableChat>()

/** The page's chat with the id of the options, or a new one where they have none. */
export function chatFor(options: ChatOptions): ConfigurableChat {
  const { id } = options
  // A server renders for many people: none may see another's.
  if (id === undefined || typeof window === 'undefined') return buildChat(options)
  const chat = chats.get(id) ?? buildChat(options)
  chats.delete(id)
  chats.set(id, chat)
  dropOldest()
  return chat
}

function dropOldest(): void {
  let surplus = chats.size - mostIdle
  for (const [id, chat] of chats) {
    if (surplus <= 0) return
    if (!chat.isIdle()) continue
    chats.delete(id)
    surplus -= 1
  }
}
