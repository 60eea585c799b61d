// What flood.long.test.ts opens: a page that shows a stream, and measures how it fares meanwhile.
import { createRoot } from 'react-dom/client'
import { useEventSource } from '../../../src/hooks/use-event-source.js'
import { measureFare, type Fare } from './fare.js'

const fare: Fare = { longestTask: 0, longestGap: 0 }
Object.assign(globalThis, { fare })

function Flood() {
  const { status, data } = useEventSource('/events', {
    parse: Number,
    initial: { count: 0, last: 0, sum: 0 },
    reduce: ({ count, sum }, _event, n: number) => ({ count: count + 1, last: n, sum: sum + n }),
    closeOn: 'done',
    onOpen: () => measureFare(fare),
  })
  return (
    <p>
      {status}: {data.count} events, the last {data.last}, sum {data.sum}
    </p>
  )
}

createRoot(document.getElementById('root')!).render(<Flood />)
