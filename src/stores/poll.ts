import { connect } from '../connection/connect.js'
import type { Environment } from '../connection/environment.js'
import type { Connection, ConnectionRequest, ConnectionSink } from '../connection/types.js'

/**
 * A stream made by asking again and again, `interval` ms after each answer. An answer that differs from
 * the last one is an event. 204 is an answer that says nothing yet.
 */
export function poll(
  request: ConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  interval: number,
): Connection {
  let answer = ''
  let last = ''
  let isToldOpen = false
  let cancelTimer = (): void => {}

  const connection = connect(
    { ...request, options: () => ({ ...request.options(), format: 'text' }) },
    {
      onOpen(response, format) {
        answer = ''
        if (isToldOpen) return
        isToldOpen = true
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
        if (status === 'closed' && !request.options().signal?.aborted) {
          cancelTimer = environment.delay(connection.open, interval)
        } else if (status !== 'connecting') {
          isToldOpen = false
          sink.onStatus(status, detail)
        }
      },
    },
    environment,
  )

  return {
    open: connection.open,
    close() {
      cancelTimer()
      connection.close()
    },
    lastEventId: '',
  }
}
