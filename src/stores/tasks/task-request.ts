import type { RequestOptions } from '../../connection/types.js'
import type { TaskProtocol } from '../../protocols/types.js'
import type { Task, TaskManagerOptions } from './task-types.js'

/** The URL of a task's request. */
export function taskUrl<R, I>(options: TaskManagerOptions<R, I>, task: Task<R, I>): string {
  const { url = '/api/generate' } = options
  if (typeof url === 'function') return String(url(task))
  const given = String(url)
  if (typeof task.input !== 'string') return given
  const query = new URLSearchParams({ prompt: task.prompt, taskId: task.id })
  // Before the hash, which may have a question mark of its own.
  return given.replace(/(?=#)|$/, `${/^[^#]*\?/.test(given) ? '&' : '?'}${query}`)
}

/** The options of a task's request: a prompt is sent by GET, an input object by POST as JSON. */
export function taskOptions<R, I>(
  options: TaskManagerOptions<R, I>,
  protocol: TaskProtocol,
  task: Task<R, I>,
): RequestOptions {
  const own = typeof task.input === 'string' ? undefined : { ...task.input, taskId: task.id }
  const given = options.body ?? own
  const body = typeof given === 'function' ? () => given(task) : given
  return { ...options, body, format: options.format ?? protocol.format }
}
