import { StreamError } from '../../src/errors.js'
import { createParser } from '../../src/formats/create-parser.js'
import type { StreamEvent, StreamFormat } from '../../src/formats/types.js'
import type { TaskProtocol, TaskUpdate } from '../../src/protocols/types.js'

export interface ReceivedTask extends Omit<TaskUpdate, 'progress' | 'done' | 'restarted'> {
  /** `null` where the protocol never said. */
  progress: number | null
  status: 'processing' | 'done' | 'error'
  result: unknown
  logs: string[]
  /** What `read` threw. */
  errors: StreamError[]
}

/** Receives a whole stream as a task does, from bytes to what is known of the task. */
export function receiveTask(
  protocol: TaskProtocol,
  format: StreamFormat,
  chunks: Iterable<Uint8Array | string>,
): ReceivedTask {
  const reader = protocol.reader()
  const task: ReceivedTask = {
    progress: null,
    status: 'processing',
    result: null,
    logs: [],
    errors: [],
  }
  let furthest = 0

  function apply(update: TaskUpdate | void): void {
    const { progress = NaN, restarted, done, logs = [], ...facts } = update ?? {}
    const known = Object.entries(facts).filter(([, value]) => value !== undefined)
    Object.assign(task, Object.fromEntries(known))
    task.logs.push(...logs)
    if (restarted) furthest = 0
    if (progress >= furthest) task.progress = furthest = Math.min(100, progress)
    if (done) {
      task.status = 'done'
      task.result = done.result === undefined ? task.result : done.result
    } else if (task.error) task.status = 'error'
  }

  function read(event: StreamEvent): void {
    if (task.status !== 'processing') return
    try {
      apply(reader.read(event))
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      task.errors.push(error)
    }
  }

  const parser = createParser(protocol.format ?? format, { onEvent: read })
  for (const chunk of chunks) parser.push(chunk)
  parser.end()
  if (task.status === 'processing') apply(reader.end?.())
  return task
}

/** The data of server-sent events as a task: JSON, or text as it is. */
export function receiveTaskData(protocol: TaskProtocol, ...data: unknown[]): ReceivedTask {
  return receiveTaskEvents(protocol, ...data.map((each): [string, unknown] => ['message', each]))
}

/** Named server-sent events as a task. */
export function receiveTaskEvents(
  protocol: TaskProtocol,
  ...events: [type: string, data: unknown][]
): ReceivedTask {
  const stream = events.map(([type, data]) => {
    const lines = (typeof data === 'string' ? data : JSON.stringify(data)).split('\n')
    return `event: ${type}\n${lines.map((line) => `data: ${line}\n`).join('')}\n`
  })
  return receiveTask({ ...protocol, format: 'sse' }, 'sse', stream)
}
