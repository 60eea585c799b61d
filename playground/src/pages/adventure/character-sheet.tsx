import { useStreamChat, useStreamObject } from 'brooklet'
import type { ChatSnapshot } from 'brooklet'
import { z } from 'zod'
import { useText } from '../../language/language.js'
import { ErrorCard } from '../../shared/error-card.js'
import { Readings } from '../../shared/readings.js'
import { wire } from '../../wire/wire.js'
import { useGame } from './game.js'
import { routeOf } from './route.js'
import { isApprovalNeeded } from './selectors.js'
import { useSetup } from './setup.js'

const sheetSchema = z.object({
  place: z.string(),
  carrying: z.array(z.string()),
  done: z.array(z.string()),
  turns: z.number(),
  score: z.number().min(0).max(100),
})

const fetchSheet = wire.fetch('sheet')
/** Not before the player has answered, for the game master takes what was said as done. */
const isQuiet = (state: ChatSnapshot) =>
  state.messages.length > 0 && !state.isLoading && !isApprovalNeeded(state)

/** The story so far as an object, asked for in the protocol of the chat, beside the conversation. */
export function CharacterSheet() {
  const { sheet: text } = useText().adventure
  const { chat } = useGame()
  const mayAsk = useStreamChat(chat, isQuiet)
  const { url, create } = routeOf(useSetup())
  const { object, result, error, isLoading, submit, stop } = useStreamObject({
    schema: sheetSchema,
    fetch: fetchSheet,
    url,
    protocol: create(),
  })

  function ask(): void {
    const { messages } = chat.getSnapshot()
    void submit([...messages, { role: 'user', content: text.prompt }])
  }

  return (
    <section className="sheet" aria-label={text.title} aria-busy={isLoading}>
      <h2>{text.title}</h2>
      {object ? null : <p className="note">{text.lead}</p>}
      {object ? (
        <Readings
          values={{
            [text.place]: object.place,
            [text.carrying]: object.carrying?.join(', '),
            [text.done]: object.done?.join(', '),
            [text.turns]: object.turns,
            [text.score]: object.score,
          }}
        />
      ) : null}
      {result ? <p className="note">{text.checked}</p> : null}
      {error ? <ErrorCard error={error} /> : null}
      {/* One button, so that the keyboard stays on it. */}
      <button
        type="button"
        className="button"
        aria-disabled={!isLoading && !mayAsk}
        onClick={isLoading ? stop : mayAsk ? ask : undefined}
      >
        {isLoading ? text.stop : object ? text.again : text.write}
      </button>
    </section>
  )
}
