import { useStreamAnnouncer, useStreamChat } from 'brooklet'
import type { ChatSnapshot } from 'brooklet'
import { useText } from '../../language/language.js'
import { chat } from './chat.js'

const isLoadingOf = ({ isLoading }: ChatSnapshot) => isLoading
/** Unchanged while a reply streams, so that this renders twice a reply. */
const settledReply = ({ reply, isLoading }: ChatSnapshot) => (isLoading ? undefined : reply)

/** Says that a reply is coming and, when it is there, what it says. */
export function ChatAnnouncer() {
  const { replying, replied, notes } = useText().adventure
  const isLoading = useStreamChat(chat, isLoadingOf)
  const reply = useStreamChat(chat, settledReply)
  const announcement = useStreamAnnouncer(
    { isLoading, reply },
    {
      replying,
      complete: ({ content }) => replied(content),
      stopped: ({ content }) => replied(content),
      interrupted: () => notes.interrupted,
      error: () => notes.error,
    },
  )
  return <p {...announcement} />
}
