/** What a schedule does with a chat. */
import type { Chat } from '../../src/stores/chat/chat-types.js'

/** What the hook returns of it. */
export const methods = [
  'sendMessage',
  'stop',
  'regenerate',
  'requestReply',
  'resume',
  'removeMessage',
  'clear',
  'setMessages',
] as const
export const actions = [
  'sendMessage',
  'sendList',
  'stop',
  'regenerate',
  'requestReply',
  'resume',
  'clear',
  'removeMessage',
  'setMessages',
] as const
export type Action = (typeof actions)[number]

/** `number`: which message, or which change. */
export function perform(
  chat: Chat,
  name: Action,
  number: number,
  text: string,
): Promise<string> | undefined {
  const { messages } = chat.getSnapshot()
  switch (name) {
    case 'sendMessage':
      return chat.sendMessage(text)
    case 'sendList':
      return chat.sendMessage([{ role: 'user', content: text }])
    case 'removeMessage':
      chat.removeMessage(messages[number]?.id ?? 'none')
      return undefined
    case 'setMessages':
      if (number === 0) chat.setMessages([{ role: 'system', content: text }, ...messages])
      else if (number === 1) chat.setMessages((current) => current.slice(0, -1))
      else chat.setMessages(messages.slice(1))
      return undefined
    case 'stop':
    case 'clear':
      chat[name]()
      return undefined
    default:
      return chat[name]()
  }
}
