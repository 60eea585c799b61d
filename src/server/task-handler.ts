import { getLastEventId } from '../formats/sse/last-event-id.js'
import type { DurableStream } from './produce.js'
import { uncached } from './refusal.js'
import { createRoute, type OwnerOption, type OwnStreams } from './route.js'
import type { Streams } from './streams.js'

/** The task that `run` has to do. */
export interface ServerTask {
  id: string
  /** The prompt; `''` if the task was posted without one. */
  prompt: string
  /** What it was started with, not validated: the prompt, or the object that was posted. */
  input: unknown
  /**
   * The page's request. Its `signal` aborts when the page leaves, which must not stop the task: use the
   * `signal` below.
   */
  request: Request
  /** Aborts when the task is canceled. */
  signal: AbortSignal
  /** Reports how far the task is, 0–100, and any other fields for the page. Resolves when it is stored. */
  progress: (percent: number, more?: Record<string, unknown>) => Promise<void>
}

/** What `taskHandler` does with a task, where it keeps tasks, and whose they are. */
export interface TaskHandlerOptions extends OwnerOption {
  /** Does the work. What it returns is the result, which JSON has to be able to hold. */
  run(task: ServerTask): unknown
  /** Where tasks are kept. Default `createStreams()`. */
  streams?: Streams | undefined
}

type TaskStart = Omit<ServerTask, 'signal' | 'progress'>

/**
 * A task route for `useTaskManager`, whose tasks go on if the page leaves. `GET ?prompt=…&taskId=…`, or
 * POST of an object with `taskId`, starts a task, or follows the one of that id if it runs or is done;
 * `GET ?taskId=…` only follows, GET alone lists, `DELETE ?taskId=…` cancels. The events are `progress`
 * with `{ percent }`, then `complete` with `{ result }` or `error` with `{ message }`.
 *
 * @example
 * ```ts
 * import { taskHandler } from 'brooklet/server'
 *
 * export const generate: (request: Request) => Promise<Response> = taskHandler({
 *   async run({ prompt, progress, signal }) {
 *     for (let percent = 0; percent < 100 && !signal.aborted; percent += 10) await progress(percent)
 *     return { url: `/tunes/${encodeURIComponent(prompt)}` }
 *   },
 * })
 * ```
 */
export function taskHandler(options: TaskHandlerOptions): (request: Request) => Promise<Response> {
  const { run, streams, owner } = options

  async function startOrFollow(own: OwnStreams, start: TaskStart): Promise<Response> {
    const { id, prompt, input, request } = start
    // A page that has had an event of the task only reads on: if it has expired, it must not start again.
    // Nor does HEAD start anything: previews of links and health checks send it.
    if (request.method !== 'HEAD' && getLastEventId(request.headers) === '') {
      await own.start(id, (stream) => work(start, stream), { meta: { prompt, input } })
    }
    return own.follow(id)
  }

  async function work(start: TaskStart, { send, signal }: DurableStream): Promise<void> {
    const progress: ServerTask['progress'] = (percent, more) =>
      send({ event: 'progress', data: { ...more, type: 'progress', percent } })
    const result = await run({ ...start, signal, progress })
    await send({ event: 'complete', data: { type: 'complete', result: result ?? null } })
  }

  return createRoute({
    kind: 'task',
    parameter: 'taskId',
    streams,
    owner,
    post(request, own, { taskId, ...input }) {
      const id = typeof taskId === 'string' && taskId ? taskId : crypto.randomUUID()
      const prompt = typeof input.prompt === 'string' ? input.prompt : ''
      return startOrFollow(own, { id, prompt, input, request })
    },
    get(request, own, taskId) {
      const prompt = new URL(request.url).searchParams.get('prompt')
      if (prompt === null) return taskId ? own.follow(taskId) : list(own)
      const id = taskId || crypto.randomUUID()
      return startOrFollow(own, { id, prompt, input: prompt, request })
    },
  })
}

/** The owner's tasks, as JSON. */
async function list(own: OwnStreams): Promise<Response> {
  const infos = await own.list()
  const tasks = infos.map(({ id, status, startedAt, meta }) => {
    return { id, status, startedAt, ...(meta as object) }
  })
  return Response.json({ tasks }, { headers: uncached })
}
