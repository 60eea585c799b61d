import { useEventSource } from 'brooklet'
import { ErrorCard } from './error-card.js'

export interface LoadChartProps {
  fetch?: typeof fetch
}

const width = 320
const height = 80
/** How many readings the chart has room for. */
const size = 32

/** A line that grows with each reading: JSON that is checked, then reduced. */
export function LoadChart({ fetch }: LoadChartProps) {
  const { status, data, error } = useEventSource('/api/load', {
    fetch,
    parse: readLoad,
    initial: [] as number[],
    reduce: (readings, _event, load) => [...readings, load].slice(-size),
  })
  const points = data.map((load, index) => {
    const x = (index / (size - 1)) * width
    return `${x.toFixed(1)},${(height - (load / 100) * height).toFixed(1)}`
  })
  const newest = data.at(-1)

  return (
    <section aria-label="CPU load" className="stack">
      <div className="panel">
        <p role="status">{status}</p>
        <p className="large" data-testid="newest">
          {newest === undefined ? '–' : `${newest} %`}
        </p>
        <svg
          className="chart"
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`The last ${data.length} readings`}
        >
          <polyline points={points.join(' ')} />
        </svg>
      </div>
      <ErrorCard error={error} />
    </section>
  )
}

/** What it throws becomes the stream's `error`, and the stream goes on. */
function readLoad(data: string): number {
  const { load } = JSON.parse(data) as { load?: unknown }
  if (typeof load !== 'number') throw new TypeError('Expected a load in per cent')
  return load
}
