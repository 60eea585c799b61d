import type { RequestOptions } from '../connection/types.js'
import type { TaskProtocol } from '../protocols/types.js'
import type { Task, TaskManagerOptions } from './task-types.js'

/** Where a task is asked for. */
export function taskUrl<R, I>(options: TaskManagerOptions<R, I>, task: Task<R, I>): string {
  const { url = '/api/generate' } = options
  if (typeof url === 'function') return String(url(task))
  if (typeof task.input !== 'string') return String(url)
  const query = new URLSearchParams({ prompt: task.prompt, taskId: task.id })
  const [path = '', hash] = String(url).split('#', 2)
  return `${path}${path.includes('?') ? '&' : '?'}${query}${hash === undefined ? '' : `#${hash}`}`
}

/** How it is asked for: a prompt by GET, an input object by POST as JSON. */
export function taskOptions<R, I>(
  options: TaskManagerOptions<R, I>,
  protocol: TaskProtocol,
  task: Task<R, I>,
): RequestOptions {
  const body =
    options.body ??
    (typeof task.input === 'string' ? undefined : { ...task.input, taskId: task.id })
  return { ...options, body, format: options.format ?? protocol.format }
}
