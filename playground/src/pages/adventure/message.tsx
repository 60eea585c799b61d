import { branchesOf } from 'brooklet'
import type { Chat, ChatBranches, ChatMessage } from 'brooklet'
import { memo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useText } from '../../language/language.js'
import { EditForm } from './edit-form.js'
import { useGame } from './game.js'
import { MessageParts } from './message-parts.js'
import { MessageState } from './message-state.js'
import './message.css'

interface MessageProps {
  message: ChatMessage
  /** Where it stands among those that were said in its place. */
  siblings: { index: number; count: number } | undefined
  /** Nothing is under way, so that another version may be asked for. */
  isQuiet: boolean
  isLast: boolean
}

/** Settled messages keep their identity, so only the one that streams renders. */
export const Message = memo(function Message({ message, siblings, isQuiet, isLast }: MessageProps) {
  const text = useText().adventure
  const [isEdited, setEdited] = useState(false)
  const editButton = useRef<HTMLButtonElement>(null)
  const { chat } = useGame()
  const branches = branchesOf(chat)
  const { id, role, status, content } = message
  const isUser = role === 'user'

  function cancelEdit(): void {
    flushSync(() => setEdited(false))
    editButton.current?.focus()
  }

  if (isEdited) {
    return (
      <li className="message" data-role={role}>
        <EditForm
          content={content}
          onCancel={cancelEdit}
          onSave={(said) => {
            setEdited(false)
            void branches.editMessage(id, said)
          }}
        />
      </li>
    )
  }
  return (
    <li className="message" data-role={role} data-status={isUser ? undefined : status}>
      <span className="visually-hidden">{isUser ? text.you : text.master}: </span>
      <MessageParts message={message} />
      {isUser ? null : <MessageState message={message} />}
      <div className="message-actions">
        {siblings && siblings.count > 1 ? (
          <Versions {...siblings} id={id} branches={branches} />
        ) : null}
        {isUser && isQuiet ? (
          <>
            <button
              ref={editButton}
              type="button"
              className="button quiet small"
              onClick={() => setEdited(true)}
            >
              {text.edit}
            </button>
            <button type="button" className="button quiet small" onClick={() => takeBack(chat, id)}>
              {text.takeBack}
            </button>
          </>
        ) : null}
        {!isUser && isQuiet && isLast ? (
          <button
            type="button"
            className="button quiet small"
            onClick={() => void branches.regenerate()}
          >
            {text.regenerate}
          </button>
        ) : null}
      </div>
    </li>
  )
})

/** Removes what the player said, and the replies to it: the game goes on as if it had not been said. */
function takeBack(chat: Chat, id: string): void {
  const { messages } = chat.getSnapshot()
  const [asked, ...later] = messages.slice(messages.findIndex((message) => message.id === id))
  const next = later.findIndex(({ role }) => role === 'user')
  const replies = next < 0 ? later : later.slice(0, next)
  for (const message of [...replies, asked!]) chat.removeMessage(message.id)
}

interface VersionsProps {
  id: string
  index: number
  count: number
  branches: ChatBranches
}

function Versions({ id, index, count, branches }: VersionsProps) {
  const text = useText().adventure
  return (
    <span className="versions">
      <button
        type="button"
        className="button quiet small"
        aria-label={text.previous}
        aria-disabled={index === 0}
        onClick={() => branches.previous(id)}
      >
        ‹
      </button>
      <span aria-label={text.version(index + 1, count)}>
        {index + 1}/{count}
      </span>
      <button
        type="button"
        className="button quiet small"
        aria-label={text.next}
        aria-disabled={index === count - 1}
        onClick={() => branches.next(id)}
      >
        ›
      </button>
    </span>
  )
}
