import { useStreamChat } from 'brooklet'

export function Chat() {
  const { messages, isLoading, error, sendMessage, stop } = useStreamChat()
  return (
    <section>
      <h2>Chat</h2>
      {messages.map(({ id, role, content, status }) => (
        <p key={id} data-status={status}>
          <b>{role}</b> {content}
          {status === 'complete' ? null : <i> {status}</i>}
        </p>
      ))}
      {error ? <p role="alert">{error.message}</p> : null}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void sendMessage(String(new FormData(event.currentTarget).get('text')))
          event.currentTarget.reset()
        }}
      >
        <input name="text" aria-label="Message" required />
        <button disabled={isLoading}>Send</button>
        <button type="button" onClick={stop} disabled={!isLoading}>
          Stop
        </button>
      </form>
    </section>
  )
}
