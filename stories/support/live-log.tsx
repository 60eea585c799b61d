import { useEventSource, type StreamEvent } from 'brooklet'

export interface LiveLogProps {
  fetch?: typeof fetch
  /** How many lines are kept. */
  size: number
}

/** The newest lines of a log: `reduce` decides what is kept. */
export function LiveLog({ fetch, size }: LiveLogProps) {
  const { status, data: lines } = useEventSource('/api/log', {
    fetch,
    initial: [] as StreamEvent[],
    reduce: (lines, event) => [...lines, event].slice(-size),
  })
  return (
    <section aria-label="Log" className="panel">
      <p role="status">{status}</p>
      {lines.length === 0 ? <p className="faint">nothing logged yet</p> : null}
      <ol className="log">
        {lines.map((line) => (
          <li key={line.lastEventId}>
            <span className="faint">{line.lastEventId}</span> {line.data}
          </li>
        ))}
      </ol>
    </section>
  )
}
