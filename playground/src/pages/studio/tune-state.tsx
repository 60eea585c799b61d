import { useTaskManager, useTaskRate } from 'brooklet'
import type { Task, TaskManagerSnapshot } from 'brooklet'
import { useCallback } from 'react'
import { useText } from '../../language/language.js'
import { formatBytes } from '../../numbers.js'
import { placeOf } from './queue.js'
import { tunes } from './tunes.js'
import type { Tune } from './tunes.js'

/** What a tune is at, in one line. */
export function TuneState({ task }: { task: Task<Tune> }) {
  const text = useText().studio
  const isBad = task.status === 'error' || task.isReconnecting
  return (
    <p className="tune-state" data-bad={isBad}>
      {task.status === 'queued' ? <Waiting task={task} /> : null}
      {task.status === 'processing' ? <Working task={task} /> : null}
      {task.status === 'done' && task.result ? factsOf(text, task.result) : null}
      {task.status === 'error' ? text.failed(task.error?.message ?? '') : null}
      {task.status === 'canceled' ? text.canceled : null}
    </p>
  )
}

function Waiting({ task: { id, priority } }: { task: Task<Tune> }) {
  const text = useText().studio
  const select = useCallback((snapshot: TaskManagerSnapshot<Tune>) => placeOf(snapshot, id), [id])
  const place = useTaskManager(tunes, select)
  return place === undefined ? null : text.place({ place, isPreferred: priority > 0 })
}

function Working({ task: { id, stage = 'composing', isReconnecting } }: { task: Task<Tune> }) {
  const text = useText().studio
  const { remaining } = useTaskRate(tunes, id)
  if (isReconnecting) return text.reconnecting
  const stages: Partial<Record<string, string>> = text.stages
  const left = remaining === undefined ? '' : ` · ${text.left(remaining)}`
  return `${stages[stage] ?? stage}${left}`
}

function factsOf(text: ReturnType<typeof useText>['studio'], tune: Tune): string {
  const { seconds, tempo, key, mood, bytes } = tune
  return text.facts({ seconds, tempo, key, mood, size: formatBytes(bytes) })
}
