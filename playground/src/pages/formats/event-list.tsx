import { memo } from 'react'
import { useText } from '../../language/language.js'
import type { RecordedEvent } from './recording.js'

/** The events as the hook delivered them. */
export function EventList({ events }: { events: readonly RecordedEvent[] }) {
  return (
    <ol className="events">
      {events.map((event) => (
        <EventItem key={event.number} event={event} />
      ))}
    </ol>
  )
}

const EventItem = memo(function EventItem({ event }: { event: RecordedEvent }) {
  const text = useText().formats
  const { type, lastEventId, data, chunk } = event
  return (
    <li>
      <p className="event-head">
        <strong>{type}</strong>
        {lastEventId ? <span>id {lastEventId}</span> : null}
        <span className="faint">{text.byChunk(chunk)}</span>
      </p>
      <pre>{data}</pre>
    </li>
  )
})
