import { useChatQueue } from 'brooklet'
import { useText } from '../../language/language.js'
import { Cross } from '../../shell/icons.js'
import { useGame } from './game.js'

/** What was said while a reply came. */
export function Queue() {
  const text = useText().adventure
  const { chat } = useGame()
  const { queued, removeQueued } = useChatQueue(chat)
  if (queued.length === 0) return null
  return (
    <ul className="queue" aria-label={text.waiting}>
      {queued.map(({ id, content }) => (
        <li key={id}>
          <span>{content}</span>
          <button
            type="button"
            className="button quiet icon-button"
            aria-label={text.unqueue(content)}
            onClick={() => removeQueued(id)}
          >
            <Cross />
          </button>
        </li>
      ))}
    </ul>
  )
}
