import { branchesOf } from 'brooklet'
import { useText } from '../../language/language.js'
import { useGame } from './game.js'
import { MessageParts } from './message-parts.js'
import { MessageState } from './message-state.js'
import type { MessageProps } from './message.js'
import { Versions } from './versions.js'

/** What the game master says. The last one can be told again. */
export function Reply({ message, siblings, isQuiet, isLast }: MessageProps) {
  const text = useText().adventure
  const { chat } = useGame()
  return (
    <li className="message" data-role="assistant" data-status={message.status}>
      <span className="visually-hidden">{text.master}: </span>
      <MessageParts message={message} />
      <MessageState message={message} />
      <div className="message-actions">
        <Versions id={message.id} siblings={siblings} />
        {isQuiet && isLast ? (
          <button
            type="button"
            className="button quiet small"
            onClick={() => void branchesOf(chat).regenerate()}
          >
            {text.regenerate}
          </button>
        ) : null}
      </div>
    </li>
  )
}
