import type { Task } from 'brooklet'
import { useText } from '../../language/language.js'
import { tunes } from './tunes.js'
import type { Tune } from './tunes.js'

export function TuneActions({ task: { id, prompt, status } }: { task: Task<Tune> }) {
  const text = useText().studio
  const isUnderWay = status === 'queued' || status === 'processing'

  /** What can be done to it, in the words of its button, which stays where the keyboard is. */
  function change(): { label: string; perform(id: string): void } | undefined {
    if (isUnderWay) return { label: text.cancel, perform: tunes.cancelTask }
    if (status !== 'done') return { label: text.retry, perform: tunes.retryTask }
  }

  const changed = change()
  return (
    <div className="actions">
      {changed ? (
        <button
          type="button"
          className="button"
          aria-label={`${changed.label}: ${prompt}`}
          onClick={() => changed.perform(id)}
        >
          {changed.label}
        </button>
      ) : null}
      {isUnderWay ? null : (
        <button
          type="button"
          className="button quiet"
          aria-label={`${text.remove}: ${prompt}`}
          onClick={() => tunes.removeTask(id)}
        >
          {text.remove}
        </button>
      )}
    </div>
  )
}
