/** The page of stored-tasks' test: tasks that are stored, and what was seen of them frame by frame. */
import { useTaskManager } from '../../../src/hooks/use-task-manager.js'
import { useTaskStorage } from '../../../src/hooks/use-task-storage.js'
import type { TaskManager } from '../../../src/stores/tasks/task-types.js'
import { useEffect } from 'react'
import { createRoot } from 'react-dom/client'

declare global {
  interface Window {
    manager: TaskManager
    /** What was on the page, where it differs from the frame before. */
    seen: string[]
    told: string[]
  }
}

window.seen = []
window.told = []

function Page() {
  const { tasks, manager } = useTaskManager({
    url: '/tasks',
    concurrency: 2,
    keepCanceled: true,
    onTaskDone: ({ id }) => window.told.push(id),
  })
  const { isRestored } = useTaskStorage(manager, { key: 'tasks' })
  useEffect(() => {
    window.manager = manager
  }, [manager])
  return (
    <>
      <h1>{isRestored ? 'restored' : 'loading'}</h1>
      {[...tasks.values()].map(({ id, status, progress }) => (
        <p key={id}>{`${id} ${status} ${progress}`}</p>
      ))}
    </>
  )
}

function watch(): void {
  const rows = [...document.querySelectorAll('h1, p')].map((each) => each.textContent).join('|')
  if (rows !== '' && rows !== window.seen.at(-1)) window.seen.push(rows)
  requestAnimationFrame(watch)
}

watch()
createRoot(document.querySelector('#root')!).render(<Page />)
