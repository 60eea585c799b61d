import { defaultEnvironment, type Environment } from '../../connection/environment.js'
import type { Chat } from './chat-types.js'

/** What is made once for each chat, and lives as long: all components of a chat share it. */
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
