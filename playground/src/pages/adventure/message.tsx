import { useSmoothText, useStreamChat } from 'brooklet'
import type { ChatMessage, ChatSnapshot } from 'brooklet'
import { memo } from 'react'
import { useText } from '../../language/language.js'
import { ErrorCard } from '../../shared/error-card.js'
import { Markdown } from '../../shared/markdown.js'
import { chat } from './chat.js'

interface MessageProps {
  message: ChatMessage
  mayRegenerate: boolean
}

/** Settled messages keep their identity, so only the one that streams renders. */
export const Message = memo(function Message({ message, mayRegenerate }: MessageProps) {
  const text = useText().adventure
  const { role, content, status } = message
  const typed = useSmoothText(content, { isStreaming: status === 'streaming' })
  if (role === 'user') {
    return (
      <li className="message" data-role="user">
        <span className="visually-hidden">{text.you}: </span>
        <p>{content}</p>
      </li>
    )
  }
  return (
    <li className="message" data-role="assistant" data-status={status}>
      <span className="visually-hidden">{text.master}: </span>
      <Markdown text={typed} />
      <MessageState message={message} />
      {mayRegenerate ? (
        <button
          type="button"
          className="button quiet regenerate"
          onClick={() => void chat.regenerate()}
        >
          {text.regenerate}
        </button>
      ) : null}
    </li>
  )
})

function MessageState({ message: { status, error, metadata } }: { message: ChatMessage }) {
  const { notes } = useText().adventure
  switch (status) {
    case 'complete':
      return null
    case 'pending':
    case 'streaming':
      return <Progress isPending={status === 'pending'} />
    case 'stopped':
      return <p className="note">{notes.stopped}</p>
    case 'interrupted':
      return (
        <>
          <p className="note">{metadata?.wasLeft ? notes.left : notes.interrupted}</p>
          {error ? <ErrorCard error={error} /> : null}
        </>
      )
    case 'error':
      return (
        <>
          <p className="note">{notes.error}</p>
          {error ? <ErrorCard error={error} /> : null}
        </>
      )
  }
}

const isFetchingRest = ({ error, isLoading }: ChatSnapshot) => isLoading && error !== undefined

/** While a reply comes: that it is awaited, or that its connection was lost and is being resumed. */
function Progress({ isPending }: { isPending: boolean }) {
  const text = useText().adventure
  const isLost = useStreamChat(chat, isFetchingRest)
  if (isLost) return <p className="note">{text.lost}</p>
  return isPending ? <p className="note">{text.notes.pending}…</p> : null
}
