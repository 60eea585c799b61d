import { connect } from '../../connection/connect.js'
import type { Environment } from '../../connection/environment.js'
import { isFinal } from '../../connection/is-final.js'
import type {
  Connection,
  ConnectionRequest,
  ConnectionSink,
  RequestOptions,
  StreamStatus,
} from '../../connection/types.js'
import { StreamError } from '../../errors.js'
import type { StreamEvent } from '../../formats/types.js'
import { guard } from '../../guard.js'
import { hints } from '../../hints.js'
import { ownOptions } from './own-options.js'
import { createTaskStart, type TaskStart } from './task-start.js'
import type { TaskConnect } from './task-connection.js'
import type { TaskStream } from './task-types.js'

/**
 * How many tasks that have ended are remembered: the last ones. A stream that is lost later has hardly
 * anything to repeat of older ones.
 */
const mostRemembered = 1_000

/** Where the events of all tasks are, and how they are requested. */
export interface MultiplexedOptions extends RequestOptions {
  /** Where the events of all tasks come from. */
  url: string | URL
  /**
   * Returns the id of the task that an event belongs to; `undefined` for an event to ignore. Default: the
   * field `taskId` of its JSON. What it throws goes to `reportError`.
   */
  taskId?: ((event: StreamEvent) => string | undefined) | undefined
}

/**
 * One stream for the events of all tasks, instead of a connection for each: over HTTP/1.1 a browser
 * opens only six to a host. A task's own request then only starts it: it is sent once the stream is
 * open, so that no event is missed, and only the status and headers of its response count.
 *
 * The stream is open while tasks run. If it is lost, it is opened again for all of them at once, by
 * `Last-Event-ID`; if that fails for good, all of them have failed. Since it then repeats what was
 * missed, a task that is retried before that gets another stream, without the events of its earlier
 * attempt. `headers`, `credentials`, `fetch` and `signal` are those of the tasks unless they are given
 * here.
 *
 * @example
 * ```ts
 * import { createTaskManager, multiplexed } from 'brooklet/core'
 *
 * const imports = createTaskManager({
 *   url: '/api/imports',
 *   concurrency: 50,
 *   stream: multiplexed({ url: '/api/imports/events' }),
 * })
 * ```
 */
export function multiplexed(options: MultiplexedOptions): TaskStream {
  return () => {
    const ended = new Set<string>()
    let hub: Hub | undefined

    function onClose(id: string): void {
      ended.delete(id)
      ended.add(id)
      const [oldest] = ended
      if (ended.size > mostRemembered) ended.delete(oldest!)
    }

    return (request, sink, environment) => {
      // A restored task has a last event id, which may be empty: it goes on with its earlier attempt.
      const isAgain = ended.has(request.id) && request.lastEventId === undefined
      if (!hub?.canTake(isAgain)) hub = createHub(options, onClose)
      return hub.connectTask(request, sink, environment)
    }
  }
}

/** One stream, and the tasks that are followed over it. */
interface Hub {
  connectTask: TaskConnect
  /** Whether a task may begin on its stream, which repeats what was missed when it is opened again. */
  canTake(isAgain: boolean): boolean
}

function createHub(
  { url, taskId = taskIdInJson, ...options }: MultiplexedOptions,
  onClose: (id: string) => void,
): Hub {
  const starts = new Map<string, TaskStart>()
  let stream: Connection | undefined
  /** The stream's; `closed` also once no task needs it. */
  let status: StreamStatus = 'idle'
  /** The last event id of an earlier page. */
  let resumeAt: string | undefined

  const sink: ConnectionSink = {
    onOpen() {
      status = 'open'
      for (const start of starts.values()) start.onStreamOpen()
    },
    onEvent(event) {
      const id = guard(() => taskId(event))
      if (id !== undefined) starts.get(id)?.onEvent(event)
    },
    onEnd: () => incomplete(String(url)),
    onStatus(next, detail) {
      status = next
      for (const start of starts.values()) start.onStreamStatus(next, detail)
    },
  }

  function activate(request: ConnectionRequest, environment: Environment): void {
    if (status !== 'idle' && !isFinal(status)) return
    stream ??= connect(streamRequest(request), sink, environment)
    stream.open()
  }

  /** By the tasks' current options, which are the same whichever of them came first. */
  function streamRequest({ options: ofTasks, defaults }: ConnectionRequest): ConnectionRequest {
    const current = (): RequestOptions => ownOptions(options, ofTasks())
    return { url: () => String(url), options: current, defaults, lastEventId: resumeAt }
  }

  function rest(): void {
    if (starts.size > 0) return
    status = 'closed'
    stream?.close()
  }

  function lastEventId(): string | undefined {
    return stream?.lastEventId ?? resumeAt
  }

  const connectTask: TaskConnect = (request, taskSink, environment) => {
    const { id } = request
    const start = createTaskStart(request, taskSink, environment)
    resumeAt ||= request.lastEventId
    return {
      open() {
        starts.set(id, start)
        activate(request, environment)
        if (status === 'open') start.open()
      },
      close() {
        start.close()
        starts.delete(id)
        onClose(id)
        // Later: the next task may be about to start.
        environment.delay(rest, 0)
      },
      get lastEventId() {
        return (start.isStarted && lastEventId()) || ''
      },
      get started() {
        return start.isStarted
      },
    }
  }

  return {
    connectTask,
    // While the stream is not open: if none of its tasks goes on, nobody needs what it would repeat. If
    // some do, that does no harm, unless it has events of an earlier attempt of this task.
    canTake: (isAgain) => status === 'open' || (!isFinal(status) && !(isAgain && lastEventId())),
  }
}

function taskIdInJson({ data }: StreamEvent): string | undefined {
  try {
    return (JSON.parse(data) as { taskId?: string }).taskId
  } catch {
    return undefined
  }
}

function incomplete(url: string): StreamError {
  const message = `Expected events of all tasks from ${url}, the stream just ended`
  return new StreamError('incomplete', message, { url, hint: hints.taskEnded })
}
