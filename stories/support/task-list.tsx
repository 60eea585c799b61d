import {
  createTaskManager,
  useTask,
  useTaskManager,
  type TaskManager,
  type TaskManagerSnapshot,
} from 'brooklet'
import { memo, useLayoutEffect, useState } from 'react'

export interface TaskListProps {
  fetch?: typeof globalThis.fetch
  prompts: string[]
  /** Called whenever the list has rendered. */
  onList: () => void
  /** Called whenever a row has rendered, with its prompt. */
  onRow: (prompt: string | undefined) => void
}

/** The list renders when tasks come or go, a row when its own task changes. */
export function TaskList({ fetch, prompts, onList, onRow }: TaskListProps) {
  const [manager] = useState(() => createTaskManager({ fetch }))
  const taskIds = useTaskManager(manager, ids)
  useLayoutEffect(onList)

  return (
    <section aria-label="Tasks" className="stack">
      <div className="row">
        <button type="button" onClick={() => prompts.forEach((each) => manager.startTask(each))}>
          Compose all
        </button>
      </div>
      {taskIds.length === 0 ? <p className="faint">No tunes yet</p> : null}
      <ul className="messages">
        {taskIds.map((id) => (
          <Row key={id} manager={manager} id={id} onRow={onRow} />
        ))}
      </ul>
    </section>
  )
}

interface RowProps {
  manager: TaskManager
  id: string
  onRow: TaskListProps['onRow']
}

const Row = memo(function Row({ manager, id, onRow }: RowProps) {
  const task = useTask(manager, id)
  useLayoutEffect(() => onRow(task?.prompt))
  if (!task) return null
  return (
    <li className="task">
      <p>
        {task.prompt}{' '}
        <span className="faint" data-testid="state">
          {task.status} {task.progress} %
        </span>
      </p>
      {task.status === 'done' ? null : (
        <button
          type="button"
          aria-label={`Cancel ${task.prompt}`}
          onClick={() => manager.cancelTask(id)}
        >
          Cancel
        </button>
      )}
      <progress aria-label={task.prompt} max={100} value={task.progress} />
    </li>
  )
})

function ids({ taskIds }: TaskManagerSnapshot): readonly string[] {
  return taskIds
}
