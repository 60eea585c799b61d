import { useStreamChat } from 'brooklet'
import type { ChatSnapshot } from 'brooklet'
import { useText } from '../../language/language.js'
import { useGame } from './game.js'
import { chatOf, showGame, startGame, useGames } from './games.js'
import { isLoadingOf } from './selectors.js'

const hasMessages = ({ messages }: ChatSnapshot): boolean => messages.length > 0

/** Many conversations: the reply of one that is not shown goes on. */
export function GamePicker() {
  const text = useText().adventure
  const { chat } = useGame()
  const { numbers, current } = useGames()
  const isStarted = useStreamChat(chat, hasMessages)
  return (
    <>
      {numbers.length > 1 ? (
        <select
          className="select"
          aria-label={text.games}
          value={current}
          onChange={(event) => showGame(Number(event.target.value))}
        >
          {numbers.map((number) => (
            <GameOption key={number} number={number} />
          ))}
        </select>
      ) : null}
      {isStarted ? (
        <button type="button" className="button" onClick={startGame}>
          {text.newGame}
        </button>
      ) : null}
    </>
  )
}

/** With a sign while its reply comes. */
function GameOption({ number }: { number: number }) {
  const text = useText().adventure
  const isLoading = useStreamChat(chatOf(number), isLoadingOf)
  return (
    <option value={number}>
      {text.game(number)}
      {isLoading ? ' …' : ''}
    </option>
  )
}
