import { useTask } from 'brooklet'
import type { Task } from 'brooklet'
import { memo, useSyncExternalStore } from 'react'
import { useText } from '../../language/language.js'
import { formatBytes } from '../../numbers.js'
import { ErrorCard } from '../../shared/error-card.js'
import { stages, tunes } from './tunes.js'
import type { Tune } from './tunes.js'

/** Renders for its own task's progress, and for no other's. */
export const TuneRow = memo(function TuneRow({ id }: { id: string }) {
  const task = useTask(tunes, id)
  if (!task) return null
  return (
    <li className="tune" data-status={task.status}>
      <div className="tune-head">
        <h2>{task.prompt}</h2>
        <TuneActions task={task} />
      </div>
      <TuneState task={task} />
    </li>
  )
})

function TuneActions({ task: { id, prompt, status } }: { task: Task<Tune> }) {
  const text = useText().studio
  const isUnderWay = status === 'queued' || status === 'processing'
  const named = (action: string) => `${action}: ${prompt}`
  if (isUnderWay) {
    return (
      <button
        type="button"
        className="button"
        aria-label={named(text.cancel)}
        onClick={() => tunes.cancelTask(id)}
      >
        {text.cancel}
      </button>
    )
  }
  return (
    <div className="actions">
      {status === 'error' ? (
        <button
          type="button"
          className="button"
          aria-label={named(text.retry)}
          onClick={() => tunes.retryTask(id)}
        >
          {text.retry}
        </button>
      ) : null}
      <button
        type="button"
        className="button quiet"
        aria-label={named(text.remove)}
        onClick={() => tunes.removeTask(id)}
      >
        {text.remove}
      </button>
    </div>
  )
}

function TuneState({ task }: { task: Task<Tune> }) {
  switch (task.status) {
    case 'queued':
    case 'processing':
      return <TuneProgress task={task} />
    case 'done':
      return task.result ? <TuneResult prompt={task.prompt} tune={task.result} /> : null
    case 'error':
      return task.error ? <ErrorCard error={task.error} /> : null
    case 'canceled':
      return null
  }
}

function TuneProgress({ task }: { task: Task<Tune> }) {
  const text = useText().studio
  const { id, prompt, status, progress, isReconnecting } = task
  const stage = useSyncExternalStore(stages.subscribe, () => stages.get(id))
  const state = isReconnecting ? text.reconnecting : text.stages[stage ?? 'composing']
  return (
    <div className="tune-progress">
      <progress max={100} value={status === 'queued' ? 0 : progress} aria-label={prompt} />
      <span className="number">{status === 'queued' ? '' : `${Math.floor(progress)} %`}</span>
      <span className="tune-stage" data-lost={isReconnecting}>
        {status === 'queued' ? text.queued : state}
      </span>
    </div>
  )
}

function TuneResult({ prompt, tune }: { prompt: string; tune: Tune }) {
  const text = useText().studio
  const { url, seconds, bytes, mood, key, tempo } = tune
  return (
    <div className="tune-result">
      <audio src={url} controls preload="metadata" aria-label={prompt} />
      <p className="faint">{text.facts({ seconds, tempo, key, mood, size: formatBytes(bytes) })}</p>
    </div>
  )
}
