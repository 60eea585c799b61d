import { useTaskManager, type Task, type TaskManagerOptions } from 'brooklet'
import { useState, type SubmitEvent } from 'react'
import { ErrorCard } from './error-card.js'

export interface Tune {
  url: string
}

export interface StudioProps extends Pick<
  TaskManagerOptions<Tune>,
  'fetch' | 'retry' | 'concurrency' | 'keepCanceled' | 'cancelRequest' | 'protocol'
> {
  /** What "Compose all" starts. */
  prompts: string[]
}

/** Several tunes at once: a row a task, and the progress of all of them. */
export function Studio({ prompts, ...options }: StudioProps) {
  const { tasks, progress, startTask, cancelTask, retryTask, clearFinished } =
    useTaskManager<Tune>(options)
  const [prompt, setPrompt] = useState('')
  const all = [...tasks.values()]
  const hasFinished = all.some((task) => !isUnderWay(task))

  function compose(event: SubmitEvent) {
    event.preventDefault()
    startTask(prompt)
    setPrompt('')
  }

  return (
    <section aria-label="Studio" className="stack">
      <form className="row" onSubmit={compose}>
        <input
          aria-label="Tune"
          required
          value={prompt}
          onChange={(event) => setPrompt(event.target.value)}
        />
        <button type="submit" className="primary">
          Compose
        </button>
        <button type="button" onClick={() => prompts.forEach((each) => startTask(each))}>
          Compose all
        </button>
        <button type="button" onClick={clearFinished} disabled={!hasFinished}>
          Clear finished
        </button>
      </form>
      <div>
        <p role="status" className="faint">
          {summary(all)}
        </p>
        <progress aria-label="All tunes" value={progress} max={100} />
      </div>
      <ul className="messages">
        {all.map((task) => (
          <TaskRow key={task.id} task={task} onCancel={cancelTask} onRetry={retryTask} />
        ))}
      </ul>
    </section>
  )
}

interface TaskRowProps {
  task: Task<Tune>
  onCancel: (id: string) => void
  onRetry: (id: string) => void
}

function TaskRow({ task, onCancel, onRetry }: TaskRowProps) {
  const { id, prompt, status, progress, indeterminate, result, error, isReconnecting } = task
  return (
    <li className="task" aria-label={prompt}>
      <p>
        {prompt}{' '}
        <span className="faint" data-testid="state">
          {isReconnecting ? 'reconnecting' : status}
          {status === 'processing' && !indeterminate ? ` ${progress} %` : null}
        </span>
      </p>
      {isUnderWay(task) ? (
        <button type="button" aria-label={`Cancel ${prompt}`} onClick={() => onCancel(id)}>
          Cancel
        </button>
      ) : null}
      {status === 'error' || status === 'canceled' ? (
        <button type="button" aria-label={`Retry ${prompt}`} onClick={() => onRetry(id)}>
          Retry
        </button>
      ) : null}
      {isUnderWay(task) ? (
        <progress aria-label={prompt} max={100} value={indeterminate ? undefined : progress} />
      ) : null}
      {result ? <audio controls aria-label={prompt} src={result.url} /> : null}
      <ErrorCard error={error} />
    </li>
  )
}

function isUnderWay({ status }: Task<Tune>): boolean {
  return status === 'queued' || status === 'processing'
}

function summary(tasks: Task<Tune>[]): string {
  if (tasks.length === 0) return 'No tunes yet'
  const done = tasks.filter(({ status }) => status === 'done').length
  const queued = tasks.filter(({ status }) => status === 'queued').length
  return `${done} of ${tasks.length} done${queued > 0 ? `, ${queued} waiting` : ''}`
}
