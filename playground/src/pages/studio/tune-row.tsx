import { useTask } from 'brooklet'
import type { Task } from 'brooklet'
import { memo } from 'react'
import { TuneActions } from './tune-actions.js'
import { TuneState } from './tune-state.js'
import { tunes } from './tunes.js'
import type { Tune } from './tunes.js'

/** Renders for its own task's progress, and for no other's. */
export const TuneRow = memo(function TuneRow({ id }: { id: string }) {
  const task = useTask(tunes, id)
  if (!task) return null
  const { status, prompt } = task
  return (
    <li className="tune" data-status={status}>
      <div className="tune-words">
        <h2>{prompt}</h2>
        <TuneState task={task} />
      </div>
      <TuneTrack task={task} />
      <TuneActions task={task} />
    </li>
  )
})

/** How far it is, or what has come of it. */
function TuneTrack({ task: { status, prompt, progress, result } }: { task: Task<Tune> }) {
  const isStarted = status !== 'queued'
  return (
    <div className="tune-track">
      {result ? (
        <audio src={result.url} controls preload="metadata" aria-label={prompt} />
      ) : (
        <>
          <progress max={100} value={progress} aria-label={prompt} />
          <span className="number">{isStarted ? `${Math.floor(progress)} %` : ''}</span>
        </>
      )}
    </div>
  )
}
