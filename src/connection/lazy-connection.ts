import { connect } from './connect.js'
import type { Environment } from './environment.js'
import type { Connection, ConnectionRequest, ConnectionSink } from './types.js'

/** Which streams are one connection. Read when a stream is made. */
export interface Sharing {
  /**
   * `true`: one connection a page for all streams of the same method, URL, credentials and `key`;
   * `'browser'`: one for all tabs, handed over by the last event id when the tab that holds it goes.
   * Where the browser lacks Web Locks or `BroadcastChannel`, that is one a tab. The first stream's
   * other options count; a late one gets the status and the last event. Default `false`.
   */
  share?: boolean | 'browser'
  /** Tells streams of one URL apart, a user's from the next one's: what has another key shares no connection, and in `useEventSource` starts afresh. */
  key?: string
}

/** A shared connection whose code is fetched when it is opened. Where that fails, it shares nothing. */
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
