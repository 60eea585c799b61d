/** The page of two-tabs.test.ts: one shared stream, and what came of it. */
import { createEventStream, type EventStream } from 'brooklet/core'

declare global {
  interface Window {
    stream: EventStream<number[]>
    statuses: string[]
    /** What the handler of `onOpen` was given. */
    opened: { status: number; type: string | null }[]
  }
}

window.opened = []
window.statuses = []
window.stream = createEventStream('/events', {
  share: location.search === '?alone' ? false : 'browser',
  initial: [] as number[],
  reduce: (seen, event) => [...seen, Number(event.data)],
  retry: { minDelay: 100 },
  onOpen({ status, headers }) {
    window.opened.push({ status, type: headers.get('content-type') })
  },
})
window.stream.subscribe(() => window.statuses.push(window.stream.getSnapshot().status))
window.stream.open()
