import { useEventSource } from 'brooklet'

/** One stream of records in each of the four formats. The content type tells them apart. */
export const formats = ['sse', 'ndjson', 'json-seq', 'text'] as const

export function Formats({ fetch }: { fetch?: typeof globalThis.fetch }) {
  return (
    <div className="columns">
      {formats.map((format) => (
        <Format key={format} format={format} fetch={fetch} />
      ))}
    </div>
  )
}

interface FormatProps {
  format: string
  fetch?: typeof globalThis.fetch
}

function Format({ format, fetch }: FormatProps) {
  const { status, data } = useEventSource(`/api/records/${format}`, {
    fetch,
    closeOn: 'end',
    initial: [] as string[],
    reduce: (records, event) => (event.type === 'end' ? records : [...records, event.data]),
  })
  return (
    <section aria-label={format} className="panel">
      <h3>{format}</h3>
      <p className="faint" data-testid="status">
        {status}
      </p>
      <ol className="log">
        {data.map((record, index) => (
          <li key={index}>{record}</li>
        ))}
      </ol>
    </section>
  )
}
