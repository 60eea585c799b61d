import { useChatQueue } from 'brooklet'
import type { QueuedMessage } from 'brooklet'
import { useText } from '../../language/language.js'
import { IconButton } from '../../shared/icon-button.js'
import { Cross, Send } from '../../shell/icons.js'
import { useGame } from './game.js'

/** What was said while a reply came. */
export function Queue() {
  const text = useText().adventure
  const { chat } = useGame()
  const { queued, removeQueued, interrupt } = useChatQueue(chat)
  if (queued.length === 0) return null

  function sayNow({ id, content, parts }: QueuedMessage): void {
    removeQueued(id)
    void interrupt({ content, parts })
  }

  return (
    <ul className="queue" aria-label={text.waiting}>
      {queued.map((message) => (
        <li key={message.id}>
          <span>{message.content}</span>
          <IconButton
            className="quiet"
            label={text.sayNow(message.content)}
            onClick={() => sayNow(message)}
          >
            <Send />
          </IconButton>
          <IconButton
            className="quiet"
            label={text.unqueue(message.content)}
            onClick={() => removeQueued(message.id)}
          >
            <Cross />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
