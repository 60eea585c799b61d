import { settle, createTestClock, type TestClock } from '../clock.js'
import { createTaskManager } from '../../../src/stores/tasks/task-manager.js'
import type { Task, TaskManager, TaskManagerOptions } from '../../../src/stores/tasks/task-types.js'

/** One request that a task made, answered by the test. */
export interface TaskCall {
  url: URL
  method: string
  headers: Headers
  credentials: RequestCredentials | undefined
  body: unknown
  /** The page has given this request up. */
  readonly isAborted: boolean
  /** Given up, refused, broken or ended: nothing is open any more. */
  readonly isOver: boolean
  /** Answers 200 with an open stream. The first `send` or `raw` does so as well. */
  accept(contentType?: string): void
  answer(response: Response): void
  /** The request never reaches the server. */
  fail(): void
  send(event: string, data: unknown, id?: string): void
  raw(bytes: string | Uint8Array): void
  end(): void
  /** The connection breaks. What was sent and has not arrived yet is lost with it. */
  cut(): void
}

export interface TaskScript {
  fetch: typeof fetch
  calls: TaskCall[]
}

/** A server of tasks in the test's hands: every request waits until the test answers it. */
export function scriptTasks(): TaskScript {
  const calls: TaskCall[] = []
  return {
    calls,
    fetch: (input, init = {}) =>
      new Promise((resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
        calls.push(createCall(String(input), init, resolve, reject))
      }),
  }
}

function createCall(
  url: string,
  init: RequestInit,
  resolve: (response: Response) => void,
  reject: (error: unknown) => void,
): TaskCall {
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  let hasEnded = false
  const encoder = new TextEncoder()
  function accept(contentType = 'text/event-stream'): void {
    if (stream) return
    const body = new ReadableStream<Uint8Array>({ start: (opened) => void (stream = opened) })
    resolve(new Response(body, { headers: { 'content-type': contentType } }))
  }
  function raw(bytes: string | Uint8Array): void {
    accept()
    if (init.signal?.aborted) return
    stream?.enqueue(typeof bytes === 'string' ? encoder.encode(bytes) : bytes)
  }
  return {
    url: new URL(url, 'http://page.test'),
    method: init.method ?? 'GET',
    headers: new Headers(init.headers),
    credentials: init.credentials,
    body: readBody(init.body),
    get isAborted() {
      return init.signal?.aborted ?? false
    },
    accept,
    raw,
    get isOver() {
      return hasEnded || (init.signal?.aborted ?? false)
    },
    answer(response) {
      hasEnded = true
      resolve(response)
    },
    fail() {
      hasEnded = true
      reject(new TypeError('fetch failed'))
    },
    send(event, data, id) {
      const text = typeof data === 'string' ? data : JSON.stringify(data)
      raw(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${text}\n\n`)
    },
    end() {
      accept()
      hasEnded = true
      stream?.close()
    },
    cut() {
      accept()
      hasEnded = true
      stream?.error(new TypeError('terminated'))
    },
  }
}

export interface Bench<R, I> extends TaskScript {
  clock: TestClock
  manager: TaskManager<R, I>
  /** The task as it is published. */
  task(id: string): Task<R, I> | undefined
  /** The newest request of a task. */
  call(id: string): TaskCall
  /** The ids of the published tasks that have this status, in order. */
  having(status: Task['status']): string[]
  /** Lets what the test has sent arrive, and publishes it. */
  arrive(): Promise<void>
}

/** A task manager whose time, frames and server are in the test's hands. */
export function benchTasks<R = unknown, I = unknown>(
  options: TaskManagerOptions<R, I> = {},
): Bench<R, I> {
  const script = scriptTasks()
  const clock = createTestClock()
  // Given as an option, so that a URL may be relative, as it is in a page.
  options.fetch ??= script.fetch
  const manager = createTaskManager<R, I>(options, clock)
  return {
    ...script,
    clock,
    manager,
    task: (id) => manager.getSnapshot().tasks.get(id),
    call(id) {
      const call = script.calls.findLast((candidate) => taskIdOf(candidate) === id)
      if (!call) throw new Error(`task ${id} has made no request`)
      return call
    },
    having: (status) =>
      [...manager.getSnapshot().tasks.values()]
        .filter((task) => task.status === status)
        .map(({ id }) => id),
    async arrive() {
      await settle()
      await settle()
      clock.nextFrame()
    },
  }
}

export function taskIdOf({ url, body }: TaskCall): string | undefined {
  const fields = body as { taskId?: string } | undefined
  return url.searchParams.get('taskId') ?? fields?.taskId
}

function readBody(body: unknown): unknown {
  return typeof body === 'string' && body.startsWith('{') ? JSON.parse(body) : body
}
