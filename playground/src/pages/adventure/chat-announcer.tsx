import { useStreamAnnouncer, useStreamChat } from 'brooklet'
import type { ChatSnapshot } from 'brooklet'
import { useText } from '../../language/language.js'
import { useGame } from './game.js'
import { isApprovalNeeded, isLoadingOf } from './selectors.js'

/** Unchanged while a reply streams, so that this renders twice a reply. */
const settledReply = ({ reply, isLoading }: ChatSnapshot) => (isLoading ? undefined : reply)

/** Says that a reply is coming, what it says when it is there, and that it waits for an answer. */
export function ChatAnnouncer() {
  const { replying, replied, notes, approvalNeeded } = useText().adventure
  const { chat } = useGame()
  const isLoading = useStreamChat(chat, isLoadingOf)
  const reply = useStreamChat(chat, settledReply)
  const isWaiting = useStreamChat(chat, isApprovalNeeded)
  const { children, ...announcement } = useStreamAnnouncer(
    { isLoading, reply },
    {
      replying,
      complete: ({ content }) => replied(content),
      stopped: ({ content }) => replied(content),
      interrupted: () => notes.interrupted,
      error: () => notes.error,
    },
  )
  return (
    <p {...announcement}>
      {children}
      {isWaiting ? ` ${approvalNeeded}` : ''}
    </p>
  )
}
