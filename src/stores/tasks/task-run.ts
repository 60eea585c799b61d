import { announcedUrl } from '../../connection/announced-url.js'
import { cancel } from '../../connection/cancel.js'
import { connect } from '../../connection/connect.js'
import type { Environment } from '../../connection/environment.js'
import { requestMethod } from '../../connection/request.js'
import type { ConnectionDefaults, RequestOptions } from '../../connection/types.js'
import { atUrl, StreamError } from '../../errors.js'
import { parseError } from '../../formats/parse-error.js'
import type { StreamEvent } from '../../formats/types.js'
import { hints } from '../../hints.js'
import { progressEvents } from '../../protocols/progress-events.js'
import type { TaskReader, TaskUpdate } from '../../protocols/types.js'
import { inProviderWords } from '../provider-words.js'
import type { TaskConnect, TaskConnection } from './task-connection.js'
import { taskOptions, taskUrl } from './task-request.js'
import type { TaskEntry } from './task.js'
import type { Task, TaskManagerOptions } from './task-types.js'

const defaults: ConnectionDefaults = {
  attempts: 5,
  minDelay: 1_000,
  maxDelay: 30_000,
  connectTimeout: 30_000,
}

/** How many lines of its server's log a task keeps: the last ones. */
const maxLogs = 100

type TaskChanges = { -readonly [Field in keyof Task]?: Task[Field] }

/** What a run has to know to go on where one of an earlier page was, as JSON. */
export interface TaskRunState {
  lastEventId: string
  hasEvents: boolean
  cancelUrl?: string
  /** `started` of its connection. */
  started?: unknown
}

export interface TaskRunSink {
  onEvent(event: StreamEvent): void
  onUpdate(update: Partial<Task>): void
  /** It has ended, and its connection is closed. */
  onEnd(update: Partial<Task> & Pick<Task, 'status'>): void
}

/** One task's stream, from its request to its end. */
export interface TaskRun {
  start(): void
  /** Closes the connection; the work at the server goes on. */
  close(): void
  /** Asks the server to stop, if its response has said how. */
  cancel(): unknown
  /** Goes on after `close()` if that is possible; else the task has failed. */
  reopen(): void
  state(): TaskRunState
}

/**
 * The options are asked for at each attempt. Without `connectTask`, the task has a connection of its own.
 */
export function createTaskRun<R, I>(
  { task, saved }: Pick<TaskEntry<R, I>, 'task' | 'saved'>,
  managerOptions: () => TaskManagerOptions<R, I>,
  sink: TaskRunSink,
  environment: Environment,
  connectTask: TaskConnect = connect,
): TaskRun {
  const { protocol = progressEvents() } = managerOptions()
  const options = (): RequestOptions => taskOptions(managerOptions(), protocol, task)
  let reader: TaskReader | undefined
  let { progress: furthest, logs } = task
  let { hasEvents = false, cancelUrl } = saved ?? {}
  /** The result as an earlier page had it: the reader goes on from it, as the stream does by its id. */
  let earlierResult = saved?.lastEventId ? task.result : undefined
  /** That of the newest request: the page may have given another one since. */
  let signal: AbortSignal | undefined
  /** The URL of that request. */
  let target = ''
  let isLive = true

  function currentOptions(): RequestOptions {
    const given = { ...options(), ...(connection.lastEventId && protocol.resume) }
    signal = given.signal
    if (given.retry !== false) given.retry = { ...given.retry, replay: mayReplay(given) }
    return given
  }

  /**
   * The request starts a job. Once an event has come, it is sent again only with an id to go on from:
   * without one it would start a second job.
   */
  function mayReplay(given: RequestOptions): boolean {
    const { replay = !hasEvents && requestMethod(given) === 'GET' } = given.retry || {}
    return replay
  }

  const connection: TaskConnection = connectTask(
    {
      ...saved,
      id: task.id,
      url: () => (target = taskUrl(managerOptions(), task)),
      options: currentOptions,
      defaults,
      detectFormat: protocol.detectFormat,
    },
    {
      onOpen(response) {
        cancelUrl = announcedUrl('brooklet-cancel', response, target, options()) ?? cancelUrl
        sink.onUpdate({ isReconnecting: false, error: undefined })
      },
      onEvent: read,
      onEnd(unfinished) {
        // The last event lacks its end, and may have been cut anywhere. It counts only if its JSON is
        // closed and it ends the task. A separate reader finds that out: if it does not, it will be sent
        // again, and the task's reader must not read it twice.
        const isClosed = unfinished && /["\]}]$/.test(unfinished.data)
        if (isClosed && meaningOf(unfinished, protocol.reader())?.done) read(unfinished)
        if (isLive) apply(reader?.end?.())
        return incomplete()
      },
      onStatus(status, { error: cause }) {
        // Another request follows. Without an id to go on from, the server sends everything again.
        if (!connection.lastEventId) {
          reader = earlierResult = undefined
          furthest = 0
          logs = []
        }
        const error = cause && inProviderWords(cause, protocol)
        if (status === 'closed') endClosed()
        else if (status === 'failed') end({ status: 'error', error })
        else if (status === 'reconnecting')
          sink.onUpdate({ isReconnecting: true, ...(error && { error }) })
      },
    },
    environment,
  )

  function read(event: StreamEvent): void {
    hasEvents = true
    sink.onEvent(event)
    if (isLive) apply(meaningOf(event))
  }

  /** What an event means to the task's reader, or to another one. */
  function meaningOf(event: StreamEvent, other?: TaskReader): TaskUpdate | void {
    try {
      // A protocol that cannot make its reader is like one whose reader throws for each event.
      return (other ?? (reader ??= protocol.reader(earlierResult))).read(event)
    } catch (error) {
      sink.onUpdate({ error: atUrl(parseError(event, error), target) })
    }
  }

  function apply(given: TaskUpdate | void): void {
    const { progress, restarted, logs: lines, done, error, ...facts } = given ?? {}
    if (restarted) furthest = 0
    const update: TaskChanges = { ...facts, ...done }
    for (const key in update) {
      if (update[key as keyof Task] === undefined) delete update[key as keyof Task]
    }
    if (lines?.length) update.logs = logs = [...logs, ...lines].slice(-maxLogs)
    // False for NaN and `undefined` too.
    if (progress! >= furthest) {
      update.progress = furthest = Math.min(100, progress!)
      update.indeterminate ??= false
    }
    if (done) end({ ...update, status: 'done', progress: 100 })
    else if (error) end({ ...update, status: 'error', error })
    else sink.onUpdate(update)
  }

  /** The connection was closed, not by us, but by the user's signal or a 204. */
  function endClosed(): void {
    if (signal?.aborted) end({ status: 'canceled' })
    else end({ status: 'error', error: incomplete() })
  }

  function end(update: Partial<Task> & Pick<Task, 'status'>): void {
    close()
    atUrl(update.error, target)
    sink.onEnd(update)
  }

  function close(): void {
    isLive = false
    connection.close()
  }

  return {
    start: connection.open,
    close,
    cancel: () => cancelUrl && cancel(cancelUrl, options(), environment.fetch),
    reopen() {
      isLive = true
      if (connection.lastEventId || connection.started || mayReplay(options())) connection.open()
      else endClosed()
    },
    state() {
      const { lastEventId, started } = connection
      return { lastEventId, started, hasEvents, cancelUrl }
    },
  }
}

function incomplete(): StreamError {
  return new StreamError('incomplete', 'Expected the task to complete, its stream ended before', {
    hint: hints.taskEnded,
  })
}
