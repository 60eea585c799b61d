import { connect } from '../../connection/connect.js'
import type { Environment } from '../../connection/environment.js'
import type { ConnectionSink, RequestOptions } from '../../connection/types.js'
import type { TaskConnectionRequest } from './task-connection.js'

/** The request that starts a task whose events come from elsewhere. */
export interface TaskStart {
  /** Sends it, unless the task has been started. If its events come over a stream, that has to be open. */
  open(): void
  close(): void
  readonly isStarted: boolean
  /** An event of this task has come. */
  onEvent: ConnectionSink['onEvent']
  onStreamOpen(): void
  onStreamStatus: ConnectionSink['onStatus']
}

/** `readAnswer` gets a successful response before `onOpen`, and must not throw. */
export function createTaskStart(
  request: TaskConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  readAnswer?: (response: Response) => Promise<void>,
): TaskStart {
  let isStarted = !!request.started
  /** It has been refused, and waits to be sent again. */
  let isWaiting = false
  let isStreamOpen = true

  function options(): RequestOptions {
    const given = request.options()
    // Only a custom `fetch` counts as one: what it is given may be a URL that the global one would refuse.
    return given.fetch ? { ...given, fetch: answering(given.fetch) } : given
  }

  /** Replaces a response whose body has been read, or that has none, by an empty one with its headers. */
  function answering(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (input, init) => {
      const response = await fetch(input, init)
      const { ok, status, body, headers } = response
      if (!ok) return response
      await readAnswer?.(response)
      const isRead = response.bodyUsed || body === null || status === 204
      return isRead ? new Response('', { headers }) : response
    }
  }

  const connection = connect(
    // The body may be of any type: nobody reads it.
    { ...request, options, detectFormat: () => 'text' },
    {
      onOpen(response, format) {
        isStarted = true
        sink.onOpen(response, format)
      },
      onEvent() {},
      onEnd: () => undefined,
      onStatus(status, detail) {
        // Once the task runs, the rest of the response is not needed, nor any of it if events came first.
        if (isStarted) return connection.close()
        isWaiting = detail.retryAt !== undefined
        hold()
        sink.onStatus(status, detail)
      },
    },
    { ...environment, fetch: answering(environment.fetch) },
  )

  function open(): void {
    isStreamOpen = true
    if (!isStarted) connection.open()
  }

  /** While the stream is not open, nothing is sent again: the first events of the task would be missed. */
  function hold(): void {
    if (isWaiting && !isStreamOpen) connection.close()
  }

  /** The task is followed, and what the response to its own request has said still counts. */
  function goOn(): void {
    sink.onOpen(new Response(), 'text')
  }

  return {
    open,
    close: connection.close,
    get isStarted() {
      return isStarted
    },
    onEvent(event) {
      // It runs: the answer is late, or a gateway has answered with an error.
      if (!isStarted) goOn()
      isStarted = true
      sink.onEvent(event)
    },
    onStreamOpen() {
      if (isStarted) goOn()
      else open()
    },
    onStreamStatus(status, detail) {
      isStreamOpen = false
      hold()
      sink.onStatus(status, detail)
    },
  }
}
