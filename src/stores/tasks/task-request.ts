import type { RequestOptions } from '../../connection/types.js'
import { progressEvents } from '../../protocols/progress-events.js'
import type { TaskProtocol } from '../../protocols/types.js'
import type { TaskRequest } from './task-run.js'
import type { TaskEntry } from './task.js'
import type { Task, TaskManagerOptions } from './task-types.js'

/** The request of a task's run, by the options at the time of each attempt. */
export function taskRequest<R, I>(
  { task, saved }: TaskEntry<R, I>,
  current: () => TaskManagerOptions<R, I>,
): TaskRequest {
  const { protocol = progressEvents() } = current()
  return {
    task,
    saved,
    protocol,
    url: () => taskUrl(current(), task),
    options: () => taskOptions(current(), protocol, task),
  }
}

/** The URL of a task's request. */
function taskUrl<R, I>(options: TaskManagerOptions<R, I>, task: Task<R, I>): string {
  const { url = '/api/generate' } = options
  if (typeof url === 'function') return String(url(task))
  const given = String(url)
  if (typeof task.input !== 'string') return given
  const query = new URLSearchParams({ prompt: task.prompt, taskId: task.id })
  // Before the hash, which may have a question mark of its own.
  return given.replace(/(?=#)|$/, `${/^[^#]*\?/.test(given) ? '&' : '?'}${query}`)
}

/** The options of a task's request: a prompt is sent by GET, an input object by POST as JSON. */
function taskOptions<R, I>(
  options: TaskManagerOptions<R, I>,
  protocol: TaskProtocol,
  task: Task<R, I>,
): RequestOptions {
  const own = typeof task.input === 'string' ? undefined : { ...task.input, taskId: task.id }
  const given = options.body ?? own
  const body = typeof given === 'function' ? () => given(task) : given
  return { ...options, body, format: options.format ?? protocol.format }
}
