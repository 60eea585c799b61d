import { connect } from './connect.js'
import type { Environment } from './environment.js'
import type { Connection, ConnectionRequest, ConnectionSink, Sharing } from './types.js'

/** A shared connection whose code is loaded at the first `open()`. If that fails, it is not shared. */
export function connectLazily(
  request: ConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  sharing: Sharing,
): Connection {
  let connection: Connection | undefined
  let isWanted = false

  async function load(): Promise<void> {
    const { connectShared } = await import('./share.js').catch(() => ({ connectShared: connect }))
    connection ??= connectShared(request, sink, environment, sharing)
    if (isWanted) connection.open()
  }

  return {
    open() {
      if (connection) return connection.open()
      if (isWanted) return
      isWanted = true
      sink.onStatus('connecting', { attempt: 0 })
      void load()
    },
    close() {
      isWanted = false
      connection?.close()
    },
    get lastEventId() {
      return (connection ?? request).lastEventId ?? ''
    },
  }
}
