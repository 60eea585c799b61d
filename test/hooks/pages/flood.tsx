// What flood.long.test.ts opens: a page that shows a stream, and measures how it fares meanwhile.
import { createRoot } from 'react-dom/client'
import { useEventSource } from '../../../src/hooks/use-event-source.js'

export interface Fare {
  /** Milliseconds: the longest task that the browser has reported (it reports those from 50 on). */
  longestTask: number
  /** Milliseconds: the longest time between two calls of a timer that is always due. */
  longestGap: number
}

const fare: Fare = { longestTask: 0, longestGap: 0 }
Object.assign(globalThis, { fare })

function measure(): void {
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      fare.longestTask = Math.max(fare.longestTask, duration)
    }
  }).observe({ type: 'longtask' })
  let last = performance.now()
  setInterval(() => {
    const now = performance.now()
    fare.longestGap = Math.max(fare.longestGap, now - last)
    last = now
  })
}

function Flood() {
  const { status, data } = useEventSource('/events', {
    parse: Number,
    initial: { count: 0, last: 0, sum: 0 },
    reduce: ({ count, sum }, _event, n: number) => ({ count: count + 1, last: n, sum: sum + n }),
    closeOn: 'done',
    onOpen: measure,
  })
  return (
    <p>
      {status}: {data.count} events, the last {data.last}, sum {data.sum}
    </p>
  )
}

createRoot(document.getElementById('root')!).render(<Flood />)
