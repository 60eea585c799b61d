import { cancelResponse, ownUrl, postedJson } from './handler.js'
import { lastEventId } from './last-event-id.js'
import { prefixFor, type OwnerOption } from './owner.js'
import type { DurableStream } from './produce.js'
import { notAllowed, refusal, unavailable, uncached } from './refusal.js'
import type { StreamInfo } from './stream-store.js'
import { createStreams, type Streams } from './streams.js'

/** A task that `run` is to do. */
export interface ServerTask {
  id: string
  /** `''` for one that was posted without. */
  prompt: string
  /** What it was started with: the prompt, or the object that was posted. Check what matters. */
  input: unknown
  /**
   * What the page asked with. Its `signal` aborts when the page leaves, which must not stop the task:
   * `signal` below does.
   */
  request: Request
  /** Aborts when the task is canceled. */
  signal: AbortSignal
  /** Says how far the task is, 0–100, and whatever else the page is to know. Resolves when that is stored. */
  progress: (percent: number, more?: Record<string, unknown>) => Promise<void>
}

/** What `taskHandler` does with a task, where it keeps tasks, and whose they are. */
export interface TaskHandlerOptions extends OwnerOption {
  /** Does the work; what it returns is the result, which JSON can hold. */
  run(task: ServerTask): unknown
  /** Where tasks are kept. Default `createStreams()`. */
  streams?: Streams
}

interface TaskStart {
  id: string
  prompt: string
  input: unknown
}

/**
 * A task route for `useTaskManager`, whose tasks go on without the page. `GET ?prompt=…&taskId=…`, or
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
  const { run, streams = createStreams(), owner } = options

  async function startOrFollow(
    request: Request,
    prefix: string,
    { id, prompt, input }: TaskStart,
  ): Promise<Response> {
    // A page that has had an event of the task only reads on: one that has expired must not start again.
    if (lastEventId(request) === '') {
      await streams.start(
        prefix + id,
        ({ send, signal }) => work(send, { id, prompt, input, request, signal }),
        { meta: { prompt, input } },
      )
    }
    return follow(request, prefix, id)
  }

  async function work(
    send: DurableStream['send'],
    task: Omit<ServerTask, 'progress'>,
  ): Promise<void> {
    const result = await run({
      ...task,
      progress: (percent, more) =>
        send({ event: 'progress', data: { ...more, type: 'progress', percent } }),
    })
    await send({ event: 'complete', data: { type: 'complete', result: result ?? null } })
  }

  function follow(request: Request, prefix: string, id: string): Promise<Response> {
    return streams.response(request, prefix + id, ownUrl(request, 'taskId', id))
  }

  async function post(request: Request, prefix: string): Promise<Response> {
    const body = await postedJson(request)
    if (body instanceof Response) return body
    const { taskId, ...input } = body
    const id = typeof taskId === 'string' && taskId ? taskId : crypto.randomUUID()
    const prompt = typeof input.prompt === 'string' ? input.prompt : ''
    return startOrFollow(request, prefix, { id, prompt, input })
  }

  async function get(request: Request, prefix: string): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const prompt = searchParams.get('prompt')
    const taskId = searchParams.get('taskId')
    if (prompt === null && !taskId) return list(prefix)
    if (prompt === null) return follow(request, prefix, taskId!)
    const id = taskId || crypto.randomUUID()
    return startOrFollow(request, prefix, { id, prompt, input: prompt })
  }

  async function list(prefix: string): Promise<Response> {
    const infos = await streams.list(prefix)
    const tasks = infos.map((info) => listed(info, prefix))
    return Response.json({ tasks }, { headers: uncached })
  }

  async function handle(request: Request): Promise<Response> {
    const prefix = await prefixFor('task', request, owner)
    if (request.method === 'POST') return post(request, prefix)
    if (request.method === 'GET') return get(request, prefix)
    if (request.method !== 'DELETE') return notAllowed()
    const id = new URL(request.url).searchParams.get('taskId')
    return id
      ? cancelResponse(streams, prefix + id)
      : refusal(400, 'Expected the task to cancel, as ?taskId=…')
  }

  return (request) => handle(request).catch(unavailable)
}

/** A task as the list shows it. */
function listed({ id, status, startedAt, meta }: StreamInfo, prefix: string): object {
  return { id: id.slice(prefix.length), status, startedAt, ...(meta as object) }
}
