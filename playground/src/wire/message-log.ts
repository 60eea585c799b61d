/** The last messages of all streams, as a browser's developer tools would list them. */
import { StreamError } from 'brooklet/parser'
import type { StreamEvent } from 'brooklet/parser'
import type { Connection, MessageKind, WireMessage } from './types.js'

const capacity = 500
/** Characters of one message that are kept. */
const maxData = 16_384

export interface MessageLog {
  request(connection: Connection): void
  response(connection: Connection, response: Response): void
  event(connection: Connection, event: StreamEvent): void
  comment(connection: Connection, text: string): void
  retry(connection: Connection, milliseconds: number): void
  end(connection: Connection, how: 'ended' | 'closed' | 'lost', reason: unknown): void
  clear(): void
  /** A new list where something came since the last call. */
  read(): readonly WireMessage[]
}

export function createMessageLog(): MessageLog {
  let list: readonly WireMessage[] = []
  let pending: WireMessage[] = []
  let count = 0

  function add(
    connection: Connection,
    kind: MessageKind,
    data: string,
    more: { type?: string; id?: string; size?: number } = {},
  ): void {
    const { id, stream, format } = connection
    const at = performance.timeOrigin + performance.now()
    const number = ++count
    pending.push({
      number,
      at,
      kind,
      connection: id,
      stream: stream.name,
      format,
      data: data.length > maxData ? `${data.slice(0, maxData)}…` : data,
      size: 0,
      ...more,
    })
    // A hidden page has no frames to empty it.
    if (pending.length > 2 * capacity) pending = pending.slice(-capacity)
  }

  return {
    request(connection) {
      const { method, url, lastEventId } = connection
      add(connection, 'request', `${method} ${url}`, { id: lastEventId })
    },
    response(connection, response) {
      const type = response.headers.get('content-type')
      add(connection, 'response', [response.status, response.statusText, type].join(' '))
    },
    event(connection, { type, data, lastEventId }) {
      const size = new TextEncoder().encode(data).length
      add(connection, 'event', data, { type, id: lastEventId, size })
    },
    comment(connection, text) {
      add(connection, 'comment', text, { size: text.length })
    },
    retry(connection, milliseconds) {
      add(connection, 'retry', `${milliseconds} ms`)
    },
    end(connection, how, reason) {
      add(connection, how, how === 'ended' ? '' : wordsOf(reason))
    },
    clear() {
      list = []
      pending = []
    },
    read() {
      if (pending.length > 0) {
        list = [...list, ...pending].slice(-capacity)
        pending = []
      }
      return list
    },
  }
}

function wordsOf(reason: unknown): string {
  if (reason instanceof StreamError) return reason.message
  return reason instanceof Error && reason.name !== 'AbortError' ? reason.message : ''
}
