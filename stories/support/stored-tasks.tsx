import { useTaskManager, useTaskStorage, type TaskManagerOptions } from 'brooklet'
import { useState } from 'react'

/** Tasks that are there after a reload, and after they were taken off the page. */
export function StoredTasks({ fetch, name }: Pick<TaskManagerOptions, 'fetch'> & { name: string }) {
  const [isShown, show] = useState(true)
  return (
    <section aria-label={name} className="stack">
      <h2>{name}</h2>
      {isShown ? <Tunes fetch={fetch} /> : <p className="faint">Not on the page.</p>}
      <button type="button" onClick={() => show(!isShown)}>
        {isShown ? 'Take it off the page' : 'Bring it back'}
      </button>
    </section>
  )
}

function Tunes({ fetch }: Pick<TaskManagerOptions, 'fetch'>) {
  const { tasks, startTask, cancelTask, manager } = useTaskManager({ fetch })
  useTaskStorage(manager, { key: 'brooklet-story-tasks' })
  return (
    <>
      <button type="button" className="primary" onClick={() => startTask('a march')}>
        Compose
      </button>
      <ul className="messages">
        {[...tasks.values()].map(({ id, prompt, status, progress }) => (
          <li key={id} className="task">
            <p>
              {prompt}{' '}
              <span className="faint" data-testid="state">
                {status} {progress} %
              </span>
            </p>
            {status === 'done' ? null : (
              <button type="button" aria-label={`Cancel ${prompt}`} onClick={() => cancelTask(id)}>
                Cancel
              </button>
            )}
            <progress aria-label={prompt} max={100} value={progress} />
          </li>
        ))}
      </ul>
    </>
  )
}
