import type { Task, TaskManagerSnapshot } from 'brooklet'

type Tasks = ReadonlyMap<string, Task>

let counted: Tasks | undefined
let places = new Map<string, number>()

/** A waiting tune's place in the queue: 1 is the next. Counted once for all that wait. */
export function placeOf({ tasks }: TaskManagerSnapshot, id: string): number | undefined {
  if (counted !== tasks) {
    counted = tasks
    places = new Map(queue(tasks).map((task, index) => [task.id, index + 1]))
  }
  return places.get(id)
}

/** In the order in which they will start: a sort keeps the order of equals. */
function queue(tasks: Tasks): Task[] {
  const waiting = [...tasks.values()].filter(({ status }) => status === 'queued')
  return waiting.sort((one, other) => other.priority - one.priority)
}
