import { detectFormat, StreamError } from 'brooklet/parser'
import type { MessageLog } from './message-log.js'
import { maxTicks } from './streams.js'
import type { Connection, Tick } from './types.js'
import type { RequestEnd, Watcher } from './wired-fetch.js'

/** Writes down what becomes of a connection, and says each time that something changed. */
export function track(connection: Connection, log: MessageLog, change: () => void): Watcher {
  const { stream } = connection
  const tick = (kind: Tick['kind'], size: number): void => {
    stream.ticks.push({ at: performance.now(), kind, size })
    // A hidden page has no frames to forget the old ones.
    if (stream.ticks.length > 2 * maxTicks) stream.ticks.splice(0, maxTicks)
    change()
  }
  return {
    onResponse(response, cut) {
      connection.format = response.ok
        ? detectFormat(response.headers.get('content-type'))
        : undefined
      log.response(connection, response)
      connection.openedAt = performance.now()
      connection.status = response.status
      connection.state = connection.format || response.status === 204 ? 'open' : 'refused'
      connection.cut = cut
      change()
    },
    onChunk(chunk) {
      stream.bytes += chunk.length
      change()
    },
    onEvent(event) {
      stream.failures = 0
      stream.events += 1
      log.event(connection, event)
      tick('event', event.data.length)
    },
    onComment(text) {
      log.comment(connection, text)
      tick('comment', text.length)
    },
    onRetry(milliseconds) {
      log.retry(connection, milliseconds)
      change()
    },
    onEnd(end) {
      close(connection, end, log)
      change()
    },
  }
}

function close(connection: Connection, end: RequestEnd, log: MessageLog): void {
  const { stream } = connection
  const how = isTimeout(end) ? 'lost' : end.how
  connection.endedAt = performance.now()
  connection.cut = undefined
  if (connection.state === 'refused') stream.failures += 1
  else {
    connection.state = how
    if (how === 'lost') stream.failures += 1
    if (how === 'closed') stream.failures = 0
  }
  log.end(connection, how, 'reason' in end ? end.reason : undefined)
}

/** An idle timeout is the page's doing only in name. */
function isTimeout(end: RequestEnd): boolean {
  return 'reason' in end && end.reason instanceof StreamError && end.reason.code === 'timeout'
}
