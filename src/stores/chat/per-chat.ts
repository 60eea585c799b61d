import { defaultEnvironment, type Environment } from '../../connection/environment.js'
import type { Chat } from './chat-types.js'

/** Builds something once per chat, which lives as long as the chat and is shared by all its components. */
export function perChat<Addition>(
  build: (chat: Chat, environment: Environment) => Addition,
): (chat: Chat, environment?: Environment) => Addition {
  const additions = new WeakMap<Chat, Addition>()
  return (chat, environment = defaultEnvironment) => {
    const addition = additions.get(chat) ?? build(chat, environment)
    additions.set(chat, addition)
    return addition
  }
}
