import { useEventSource } from 'brooklet'

interface Price {
  value: number
}

export function Prices() {
  const { status, data, attempt, open, close } = useEventSource<Price>('/api/prices', {
    parse: 'json',
  })
  return (
    <section>
      <h2>Events</h2>
      <p>
        {status}
        {attempt > 0 ? `, try ${attempt}` : null}: <output>{data?.value.toFixed(2)}</output>
      </p>
      {status === 'closed' || status === 'failed' ? (
        <button onClick={open}>Open</button>
      ) : (
        <button onClick={close}>Close</button>
      )}
    </section>
  )
}
