import type { EventSourceInit } from '../../src/eventsource/index.js'

export type EventSourceClass = new (url: string, init?: EventSourceInit) => EventSource

/** What a test asks of a class, in this thread or in another. */
export interface Watched {
  url: string
  init?: { withCredentials?: boolean }
  /** Names to listen to besides `open`, `message` and `error`. */
  types?: string[]
  /** Closed after so many events. */
  count: number
}

/** A connection's events: `open 1`, `error 0`, `message 1 "text" #id from http://origin`; the number is `readyState`. */
export function watch(Class: EventSourceClass, { url, init, types = [], count }: Watched) {
  return new Promise<string[]>((resolve) => {
    const log: string[] = []
    const source = new Class(url, init)
    function note(event: Event): void {
      log.push(describe(source, event))
      if (log.length < count) return
      // What should not have come has a moment to come.
      setTimeout(() => {
        source.close()
        resolve(log)
      }, 50)
    }
    for (const type of new Set(['open', 'message', 'error', ...types])) {
      source.addEventListener(type, note)
    }
  })
}

function describe({ readyState }: EventSource, event: Event): string {
  const state = `${event.type} ${readyState}`
  if (!(event instanceof MessageEvent)) return state
  return `${state} ${JSON.stringify(event.data)} #${event.lastEventId} from ${event.origin}`
}
