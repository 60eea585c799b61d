import { useTaskManager } from 'brooklet'

export function Tasks() {
  const { tasks, startTask, retryTask, cancelTask, removeTask } = useTaskManager<{ text: string }>({
    concurrency: 2,
  })
  return (
    <section>
      <h2>Tasks</h2>
      <button
        onClick={() => ['a waltz', 'a march', 'a song'].forEach((prompt) => startTask(prompt))}
      >
        Start three
      </button>
      {[...tasks.values()].map(({ id, prompt, status, progress, result, error }) => (
        <p key={id} data-status={status}>
          {prompt} <progress value={progress} max={100} aria-label={prompt} /> {status}{' '}
          {result?.text}
          {error ? <span role="alert">{error.message}</span> : null}
          {status === 'error' ? <button onClick={() => retryTask(id)}>Retry</button> : null}
          {status === 'queued' || status === 'processing' ? (
            <button onClick={() => cancelTask(id)}>Cancel</button>
          ) : (
            <button onClick={() => removeTask(id)}>Remove</button>
          )}
        </p>
      ))}
    </section>
  )
}
