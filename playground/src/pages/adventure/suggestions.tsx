import { useStreamChat } from 'brooklet'
import { useText } from '../../language/language.js'
import { useGame } from './game.js'
import { isLoadingOf, turnsOf } from './selectors.js'

/** What one could say next: the first moves, then what always helps. */
export function Suggestions({ onChoose }: { onChoose(said: string): void }) {
  const { first, moves, later, suggestions } = useText().adventure
  const { chat } = useGame()
  const isLoading = useStreamChat(chat, isLoadingOf)
  const turns = useStreamChat(chat, turnsOf)
  const offered = turns === 0 ? [first] : (moves[turns - 1] ?? later)
  return (
    <ul className="button-row" aria-label={suggestions}>
      {offered.map((said) => (
        <li key={said}>
          <button
            type="button"
            className={turns === 0 ? 'button primary' : 'button'}
            aria-disabled={isLoading}
            onClick={() => isLoading || onChoose(said)}
          >
            {said}
          </button>
        </li>
      ))}
    </ul>
  )
}
