import type { StreamError } from 'brooklet'

/** A `StreamError` with all that it knows. */
export function ErrorCard({ error }: { error: StreamError | undefined }) {
  if (!error) return null
  return (
    <div role="alert" className="error">
      <p>{error.message}</p>
      <dl className="readings">
        <dt>code</dt>
        <dd>{error.code}</dd>
        {error.status ? (
          <>
            <dt>status</dt>
            <dd>{error.status}</dd>
          </>
        ) : null}
      </dl>
      {error.body ? (
        <details open>
          <summary>What came instead</summary>
          <pre>{error.body}</pre>
        </details>
      ) : null}
    </div>
  )
}
