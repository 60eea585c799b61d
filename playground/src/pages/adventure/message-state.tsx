import { useStreamChat } from 'brooklet'
import type { ChatMessage, ChatSnapshot } from 'brooklet'
import { useText } from '../../language/language.js'
import { ErrorCard } from '../../shared/error-card.js'
import { useGame } from './game.js'

/** How a reply has ended, where that was not well. */
export function MessageState({
  message: { status, error, parts, resumeUrl },
}: {
  message: ChatMessage
}) {
  const { notes, fetchRest } = useText().adventure
  const { chat } = useGame()
  switch (status) {
    case 'complete':
      return null
    case 'pending':
    case 'streaming':
      return <Progress isPending={status === 'pending'} />
    case 'stopped':
      return <p className="note">{notes.stopped}</p>
    case 'interrupted': {
      const wasLeft = !error || error.code === 'aborted'
      return (
        <>
          <p className="note">
            {wasLeft ? notes.left : parts.length > 0 ? notes.interrupted : notes.unreached}
          </p>
          {error && !wasLeft ? <ErrorCard error={error} /> : null}
          {resumeUrl ? (
            <button type="button" className="button" onClick={() => void chat.resume()}>
              {fetchRest}
            </button>
          ) : null}
        </>
      )
    }
    case 'error':
      return (
        <>
          <p className="note">{notes.error}</p>
          {error ? <ErrorCard error={error} /> : null}
        </>
      )
  }
}

const isRetrying = ({ error, isLoading }: ChatSnapshot) => isLoading && error !== undefined

/** While a reply comes: that it is awaited, or that it is asked for again. */
function Progress({ isPending }: { isPending: boolean }) {
  const text = useText().adventure
  const { chat } = useGame()
  const isAskedAgain = useStreamChat(chat, isRetrying)
  if (isAskedAgain) return <p className="note">{isPending ? text.unanswered : text.lost}</p>
  return isPending ? <p className="note">{text.notes.pending}…</p> : null
}
