import type { Environment } from '../../connection/environment.js'
import type {
  Connection,
  ConnectionRequest,
  ConnectionSink,
  RequestOptions,
} from '../../connection/types.js'
import type { StreamError } from '../../errors.js'
import type { BodyInit } from '../../fetch-types.js'
import type { StreamEvent } from '../../formats/types.js'
import type { TaskProtocol } from '../../protocols/types.js'
import type { Store } from '../publisher.js'
import type { Retention } from '../retention.js'

/** One long task. A settled task never changes: an update is a new object. */
export interface Task<Result = unknown, Input = unknown> {
  /** As given to `startTask`, or made up by it. */
  readonly id: string
  /** The prompt it was started with; `''` for one that was started with an input object. */
  readonly prompt: string
  /** What it was started with: a prompt, or an input object. */
  readonly input: string | Input
  /**
   * `queued` until it gets one of the slots (`concurrency`), `processing` from then on; it has ended with
   * `done`, `error` or `canceled`.
   */
  readonly status: 'queued' | 'processing' | 'done' | 'error' | 'canceled'
  /** 0–100. Never less than before, unless the server begins anew. */
  readonly progress: number
  /** The server works and cannot say how far it is. */
  readonly indeterminate: boolean
  /** How much is done, in what the server counts: bytes, steps, files. Where it says so. */
  readonly loaded: number | undefined
  /** Of how much. */
  readonly total: number | undefined
  /** What the server is busy with, in its words. */
  readonly stage: string | undefined
  /** The last 100 lines of the server's log. */
  readonly logs: readonly string[]
  /**
   * `null` before there is one. Some servers send it bit by bit: it is whole where `status` is
   * `done`, and where a task has failed it is what had come until then.
   */
  readonly result: Result | null
  /** What went wrong last: for good where `status` is `error`, else an attempt that is being repeated. */
  readonly error: StreamError | undefined
  /** The connection was lost and is being opened again. */
  readonly isReconnecting: boolean
  /** Of queued tasks the one with the highest priority starts first. Default 0. */
  readonly priority: number
  /** How often it was started: 1, and one more for each `retryTask`. */
  readonly attempt: number
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** What a task's connection is made with, by the page that starts the task or by a later one that goes on with it. */
export interface TaskConnectionRequest extends ConnectionRequest {
  /** What the earlier page's connection had as `started`. */
  started?: unknown
}

/** How one task's events come, until it ends or the page leaves. */
export interface TaskConnection extends Connection {
  /**
   * Truthy once the request that starts the task need never be sent again: what a later page needs to go
   * on, as JSON. `true` where all tasks share one stream, and so its last event id.
   */
  readonly started?: unknown
}

/** Connects to what a task has to say. */
export type TaskConnect = (
  request: TaskConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  id: string,
) => TaskConnection

/** How the events of a manager's tasks come: see `multiplexed()`. */
export type TaskStream = () => TaskConnect

/** What a manager is made with. The options of a request (`headers`, `retry`, `signal` …) apply to each task. */
export interface TaskManagerOptions<Result = unknown, Input = unknown> extends RequestOptions {
  /**
   * Default `/api/generate`. A prompt is asked for by GET with the query parameters `prompt` and
   * `taskId`, an input object by POST with `taskId` among its fields. A function decides by itself.
   */
  url?: string | URL | ((task: Task<Result, Input>) => string | URL)
  /** A function, which may be async, is asked for each task, and again for each attempt. */
  body?: BodyInit | object | ((task: Task<Result, Input>) => BodyInit | object)
  /** What the server's events mean. Default `progressEvents()`. */
  protocol?: TaskProtocol
  /**
   * How the events of the tasks come. Default: each task's over a connection of its own;
   * `multiplexed()`: over one for all. The first one that is given is used to the end.
   */
  stream?: TaskStream
  /** How many tasks are connected at once; the others are queued. Default 4. */
  concurrency?: number
  /** How much a task counts in the total `progress`, beside the others. Default 1 for each. */
  weight?(task: Task<Result, Input>): number
  /** Keeps canceled tasks in the map, as `canceled`. Default `false`. */
  keepCanceled?: boolean
  /**
   * Called when a task that was sent is canceled: tell the server, so that the work stops as well.
   * What it throws goes to `reportError` as a `StreamError`.
   */
  cancelRequest?(task: Task<Result, Input>): unknown
  /** Each event of a task, raw, before it is read. */
  onEvent?(event: StreamEvent, task: Task<Result, Input>): void
  /** A task is `done`: called once, with its result. */
  onTaskDone?(task: Task<Result, Input>): void
  /** A task has failed for good: called once. An attempt that is repeated is only in its `error`. */
  onTaskError?(task: Task<Result, Input>): void
}

/** All tasks at one moment. */
export interface TaskManagerSnapshot<Result = unknown, Input = unknown> {
  /** In the order in which they were started. */
  tasks: ReadonlyMap<string, Task<Result, Input>>
  /** Changes only when tasks come or go. */
  taskIds: readonly string[]
  /** Of all tasks together, 0–100; 0 without any. */
  progress: number
  /** Queued tasks do not start: see `pauseQueue`. */
  isPaused: boolean
}

/** What can be done with tasks. The functions need no `this`, and stay the same. */
export interface TaskManagerActions<Input = unknown> {
  // A method, unlike the other functions: else no manager of some input is a plain `TaskManager`.
  /**
   * Starts a task and returns its id at once. An id that is already under way is not started again;
   * one that has ended is replaced.
   */
  startTask(this: void, input: string | Input, options?: { id?: string; priority?: number }): string
  /** Closes the task's connection, tells the server by `cancelRequest`, and removes the task. */
  cancelTask: (id: string) => void
  /** Starts a task that has ended once more, with the same input. */
  retryTask: (id: string) => void
  /** Closes the task's connection and removes the task. The server is not told. */
  removeTask: (id: string) => void
  /** No queued task starts until `resumeQueue`. Those that run go on. */
  pauseQueue: () => void
  /** Starts queued tasks again, as far as there are slots. */
  resumeQueue: () => void
  /** Removes all tasks that are done, failed or canceled. */
  clearFinished: () => void
}

/** Long tasks side by side, outside React: the store behind `useTaskManager`. */
export interface TaskManager<Result = unknown, Input = unknown>
  extends
    Store<TaskManagerSnapshot<Result, Input>>,
    TaskManagerActions<Input>,
    Pick<Retention, 'retain'> {
  /** One task as a store of its own: its subscribers hear of no other task. */
  task(id: string): Store<Task<Result, Input> | undefined>
}
