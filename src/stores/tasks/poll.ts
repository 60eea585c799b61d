import { connect } from '../../connection/connect.js'
import type { Environment } from '../../connection/environment.js'
import { onAbort } from '../../connection/on-abort.js'
import type { Connection, ConnectionRequest, ConnectionSink } from '../../connection/types.js'

/**
 * A stream made by polling, `interval` ms after each response. A body that differs from the last one is an
 * event. A 204 says nothing yet.
 */
export function poll(
  request: ConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  interval: number,
): Connection {
  let answer = ''
  /** The last body; `undefined` until the stream is open, and after it was lost. */
  let last: string | undefined
  let stopWaiting = (): void => {}

  const connection = connect(
    { ...request, options: () => ({ ...request.options(), format: 'text' }) },
    {
      onOpen(response, format) {
        answer = ''
        if (last !== undefined) return
        last = ''
        sink.onOpen(response, format)
      },
      onEvent({ data }) {
        answer += data
      },
      onEnd() {
        if (answer === last) return undefined
        last = answer
        sink.onEvent({ type: 'message', data: answer, lastEventId: '' })
        return undefined
      },
      onStatus(status, detail) {
        const { signal } = request.options()
        if (status === 'closed' && !signal?.aborted) wait(signal)
        else if (status !== 'connecting') {
          last = undefined
          sink.onStatus(status, detail)
        }
      },
    },
    environment,
  )

  /** Opens the connection again after `interval`, or when the user's signal aborts, which it then reports. */
  function wait(signal: AbortSignal | undefined): void {
    const cancelTimer = environment.delay(askAgain, interval)
    const ignoreSignal = onAbort(signal, askAgain)
    stopWaiting = () => {
      cancelTimer()
      ignoreSignal()
    }
  }

  function askAgain(): void {
    stopWaiting()
    connection.open()
  }

  return {
    open: connection.open,
    close() {
      stopWaiting()
      connection.close()
    },
    lastEventId: '',
  }
}
