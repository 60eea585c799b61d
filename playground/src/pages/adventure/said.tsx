import { branchesOf } from 'brooklet'
import type { Chat } from 'brooklet'
import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useText } from '../../language/language.js'
import { EditForm } from './edit-form.js'
import { useGame } from './game.js'
import { MessageParts } from './message-parts.js'
import type { MessageProps } from './message.js'
import { Versions } from './versions.js'

/** What the player has said, and may say otherwise or take back. */
export function Said({ message, siblings, isQuiet }: MessageProps) {
  const text = useText().adventure
  const { chat } = useGame()
  const [isEdited, setEdited] = useState(false)
  const editButton = useRef<HTMLButtonElement>(null)
  const { id, content } = message

  function save(said: string): void {
    setEdited(false)
    void branchesOf(chat).editMessage(id, said)
  }

  function cancel(): void {
    flushSync(() => setEdited(false))
    editButton.current?.focus()
  }

  if (isEdited) {
    return (
      <li className="message" data-role="user">
        <EditForm content={content} onSave={save} onCancel={cancel} />
      </li>
    )
  }
  return (
    <li className="message" data-role="user">
      <span className="visually-hidden">{text.you}: </span>
      <MessageParts message={message} />
      {/* While a reply comes they keep their place: no message changes its height. */}
      <div className="message-actions" data-quiet={isQuiet}>
        <Versions id={id} siblings={siblings} />
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
      </div>
    </li>
  )
}

/** Removes what the player said, and the replies to it: the game goes on as if it had not been said. */
function takeBack(chat: Chat, id: string): void {
  const { messages } = chat.getSnapshot()
  const [asked, ...later] = messages.slice(messages.findIndex((message) => message.id === id))
  const next = later.findIndex(({ role }) => role === 'user')
  const replies = next < 0 ? later : later.slice(0, next)
  for (const message of [...replies, asked!]) chat.removeMessage(message.id)
}
