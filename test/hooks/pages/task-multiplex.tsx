// What task-multiplex.long.test.ts opens: a list of tasks over one stream, which measures how it fares.
import { memo } from 'react'
import { createRoot } from 'react-dom/client'
import { useTask } from '../../../src/hooks/use-task.js'
import { useTaskManager } from '../../../src/hooks/use-task-manager.js'
import { multiplexed } from '../../../src/stores/tasks/multiplexed.js'
import { createTaskManager } from '../../../src/stores/tasks/task-manager.js'
import { measureFare, type Fare } from './fare.js'

export interface TaskFare extends Fare {
  frames: number
  rowRenders: number
  /** The most that one row has rendered within one frame. */
  mostInAFrame: number
  listRenders: number
}

const fare: TaskFare = {
  longestTask: 0,
  longestGap: 0,
  frames: 0,
  rowRenders: 0,
  mostInAFrame: 0,
  listRenders: 0,
}
const inThisFrame = new Map<string, number>()

const manager = createTaskManager({
  url: ({ id }) => `/tasks/${id}`,
  concurrency: Infinity,
  stream: multiplexed({ url: '/events' }),
})

const page = { fare, measure, start, states }
export type Page = typeof page
Object.assign(globalThis, { page })

function start(count: number): void {
  for (let n = 0; n < count; n += 1) manager.startTask(`task ${n}`, { id: `t${n}` })
}

function states(): string[] {
  return [...manager.getSnapshot().tasks.values()].map(
    ({ status, progress, result }) => `${status} ${progress} ${String(result)}`,
  )
}

function measure(): void {
  fare.rowRenders = fare.listRenders = fare.mostInAFrame = 0
  measureFare(fare)
  requestAnimationFrame(function count() {
    fare.frames += 1
    inThisFrame.clear()
    requestAnimationFrame(count)
  })
}

function countList(): void {
  fare.listRenders += 1
}

function countRow(id: string): void {
  const renders = (inThisFrame.get(id) ?? 0) + 1
  inThisFrame.set(id, renders)
  fare.rowRenders += 1
  fare.mostInAFrame = Math.max(fare.mostInAFrame, renders)
}

function List() {
  countList()
  const taskIds = useTaskManager(manager, (snapshot) => snapshot.taskIds)
  return taskIds.map((id) => <Row key={id} id={id} />)
}

const Row = memo(({ id }: { id: string }) => {
  const task = useTask(manager, id)
  countRow(id)
  return (
    <li>
      {id} <progress value={task?.progress} max={100} aria-label={id} /> {task?.status}
    </li>
  )
})

createRoot(document.getElementById('root')!).render(<List />)
