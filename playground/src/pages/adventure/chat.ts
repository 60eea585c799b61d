import { createChat } from 'brooklet/core'
import { wire } from '../../wire/wire.js'
import { keepConversation, readConversation } from './conversation.js'

/** Outside the page, so that a reply goes on where it was when the visitor comes back to it. */
export const chat = createChat({
  fetch: wire.fetch('chat'),
  initialMessages: readConversation(),
  // Long enough for a wire that was cut to be whole again.
  retry: { attempts: 6 },
  body: () => ({ lang: document.documentElement.lang }),
})

keepConversation(chat)

/** Goes on with a reply that was under way when the page was left. */
export function resumeLeft(): void {
  const { messages, isLoading } = chat.getSnapshot()
  const { metadata, resumeUrl } = messages.at(-1) ?? {}
  if (!isLoading && metadata?.wasLeft && resumeUrl) void chat.resume()
}
