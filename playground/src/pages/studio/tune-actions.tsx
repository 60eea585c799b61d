import type { Task } from 'brooklet'
import { useText } from '../../language/language.js'
import { tunes } from './tunes.js'
import type { Tune } from './tunes.js'

export function TuneActions({ task: { id, prompt, status } }: { task: Task<Tune> }) {
  const text = useText().studio
  const isUnderWay = status === 'queued' || status === 'processing'

  const change = isUnderWay ? tunes.cancelTask : tunes.retryTask
  const label = isUnderWay ? text.cancel : text.retry
  return (
    <div className="actions">
      {/* One button that changes, so that the keyboard stays on it. */}
      {status === 'done' ? null : (
        <button
          type="button"
          className="button"
          aria-label={`${label}: ${prompt}`}
          onClick={() => change(id)}
        >
          {label}
        </button>
      )}
      {isUnderWay ? null : (
        <button
          type="button"
          className="button quiet small"
          aria-label={`${text.remove}: ${prompt}`}
          onClick={() => tunes.removeTask(id)}
        >
          {text.remove}
        </button>
      )}
    </div>
  )
}
