import { useEventSource, type SubscriptionOptions } from 'brooklet'
import { Countdown } from './countdown.js'
import { ErrorCard } from './error-card.js'
import { Readings } from './readings.js'

export interface SubscriptionProps extends Pick<
  SubscriptionOptions,
  'fetch' | 'retry' | 'closeOn'
> {
  /** Nothing is asked for without one. */
  url?: string | null
  /** `false` keeps the stream idle. */
  enabled?: boolean
}

/** Shows everything that `useEventSource` returns, and has a button for each of its actions. */
export function Subscription({ url, enabled = true, ...options }: SubscriptionProps) {
  const { status, data, lastEvent, error, attempt, retryAt, lastEventId, open, close } =
    useEventSource(url, { enabled, ...options })
  const isConnected = status === 'connecting' || status === 'open'
  const isActive = isConnected || status === 'reconnecting'

  return (
    <section aria-label="Subscription" className="stack">
      <div className="panel">
        <p role="status">{status}</p>
        <p className="large" data-testid="data">
          {data ?? <span className="faint">no data yet</span>}
        </p>
        <Readings
          values={{
            'lastEvent.type': lastEvent?.type,
            lastEventId,
            attempt,
            retryAt: retryAt ? <Countdown until={retryAt} /> : undefined,
          }}
        />
      </div>
      <ErrorCard error={error} />
      <div className="row">
        <button type="button" onClick={open} disabled={isConnected || !enabled || !url}>
          {retryAt ? 'Try now' : 'Open'}
        </button>
        <button type="button" onClick={close} disabled={!isActive}>
          Close
        </button>
      </div>
    </section>
  )
}
