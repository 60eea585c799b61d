import type { EventStreamActions, EventStreamSnapshot } from 'brooklet'
import { useId } from 'react'
import { useText } from '../language/language.js'
import { Countdown } from './countdown.js'
import { Readings } from './readings.js'

interface ConnectionProps {
  title: string
  stream: Omit<EventStreamSnapshot<unknown>, 'data'> & EventStreamActions
  /** The page shows its errors in full elsewhere. */
  isBrief?: boolean
}

/** What a hook says of its connection, and the two buttons to open and close it. */
export function Connection({ title, stream, isBrief = false }: ConnectionProps) {
  const { status, attempt, retryAt, lastEventId, error, open, close } = stream
  const text = useText()
  const isOver = status === 'closed' || status === 'failed' || status === 'idle'
  const headingId = useId()
  const shownStatus = (
    <>
      <span className="status-dot" data-status={status} />
      <span role="status">{text.status[status]}</span>
    </>
  )
  return (
    <section className="connection" aria-labelledby={headingId}>
      <div className="connection-head">
        <h2 id={headingId}>{title}</h2>
        {/* One button that changes, so that the keyboard stays on it. */}
        <button type="button" className="button" onClick={isOver ? open : close}>
          {isOver ? text.connection.open : text.connection.close}
          <span className="visually-hidden">: {title}</span>
        </button>
      </div>
      <Readings
        values={{
          status: shownStatus,
          attempt,
          retryAt: retryAt ? <Countdown until={retryAt} /> : undefined,
          lastEventId,
          error: error?.code,
        }}
      />
      {/* Of a connection that is lost for a moment the code says enough: nothing on the page moves. */}
      {error && status === 'failed' && !isBrief ? (
        <p className="connection-error">{error.message}</p>
      ) : null}
    </section>
  )
}
