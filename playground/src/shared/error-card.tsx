import type { StreamError } from 'brooklet'
import { useText } from '../language/language.js'
import { Facts } from './facts.js'

/** A StreamError in full: what was expected, what came, and what to do about it. */
export function ErrorCard({ error }: { error: StreamError }) {
  const text = useText().error
  const { code, status, url, hint, retryable, body, cause } = error
  return (
    <div className="error-card">
      <p className="error-message">{error.message}</p>
      <Facts
        values={{
          [text.code]: code,
          [text.status]: status,
          [text.url]: url ? <span className="address">{url}</span> : undefined,
          [text.hint]: hint,
          [text.retryable]: retryable ? text.yes : text.no,
          [text.cause]: cause instanceof Error ? cause.message : undefined,
        }}
      />
      {body ? (
        <details>
          <summary>{text.body}</summary>
          <pre tabIndex={0}>{body}</pre>
        </details>
      ) : null}
    </div>
  )
}
