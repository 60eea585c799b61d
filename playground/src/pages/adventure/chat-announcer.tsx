import { useStreamChat } from 'brooklet'
import type { ChatSnapshot } from 'brooklet'
import { useText } from '../../language/language.js'
import { Announcer } from '../../shell/announcer.js'
import { chat } from './chat.js'

const isLoadingOf = ({ isLoading }: ChatSnapshot) => isLoading
/** Unchanged while a reply streams, so that this renders twice a reply. */
const settledReply = ({ reply, isLoading }: ChatSnapshot) => (isLoading ? undefined : reply)

/** Says that a reply is coming and, when it is there, what it says. */
export function ChatAnnouncer() {
  const text = useText().adventure
  const isLoading = useStreamChat(chat, isLoadingOf)
  const reply = useStreamChat(chat, settledReply)
  if (isLoading) return <Announcer>{text.replying}</Announcer>
  return <Announcer>{reply ? announcement(reply.content, reply.status) : ''}</Announcer>

  function announcement(content: string, status: string): string {
    if (status === 'error') return text.notes.error
    if (status === 'interrupted') return text.notes.interrupted
    return text.replied(content)
  }
}
