/** What the schedules of `useEventSource` listen to: numbered events at two URLs. */
import type { Exchange } from '../../src/testing/exchange.js'

/** How many events there are at each URL. */
export type Logs = Record<string, number>

export function createLogs() {
  const logs: Logs = { '/a': 0, '/b': 0 }
  const path = ({ request }: Exchange): string => new URL(request.url, 'http://x').pathname

  /** Goes on after the last event id. */
  function serve(exchange: Exchange): void {
    const url = path(exchange)
    exchange.open()
    for (let id = Number(exchange.request.lastEventId) + 1; id <= logs[url]!; id += 1) {
      exchange.send(`${id}`, { id: `${id}` })
    }
  }

  /** Sends the next event over those connections that are open. */
  function emit(url: string, live: readonly Exchange[]): void {
    const id = `${(logs[url]! += 1)}`
    for (const exchange of live) {
      if (exchange.state === 'open' && path(exchange) === url) exchange.send(id, { id })
    }
  }

  return { logs, serve, emit }
}

export const nextUrl = (url: string | null): string | null =>
  url === '/a' ? '/b' : url === '/b' ? null : '/a'
