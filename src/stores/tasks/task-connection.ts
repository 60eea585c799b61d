import type { Environment } from '../../connection/environment.js'
import type { Connection, ConnectionRequest, ConnectionSink } from '../../connection/types.js'

/** The request of a task's connection, in the page that starts the task or in a later one that resumes it. */
export interface TaskConnectionRequest extends ConnectionRequest {
  /** The task's. */
  id: string
  /** `started` of the earlier page's connection. */
  started?: unknown
}

/** What brings the events of one task, until it ends or the page leaves. */
export interface TaskConnection extends Connection {
  /**
   * Truthy once the request that starts the task must not be sent again: what a later page needs to go
   * on, as JSON. `true` if all tasks share one stream, and therefore its last event id.
   */
  readonly started?: unknown
}

/** Makes the connection that brings the events of one task. */
export type TaskConnect = (
  request: TaskConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
) => TaskConnection
