import {
  useChatBranches,
  useChatQueue,
  useStreamChat,
  type ChatMessage,
  type ChatOptions,
} from 'brooklet'
import { useState, type SubmitEvent } from 'react'

/** A chat whose messages can be edited and asked again, and that takes messages while it replies. */
export function BranchedChat(options: Pick<ChatOptions, 'fetch'>) {
  const { messages, isLoading, chat } = useStreamChat(options)
  const { siblings, editMessage, regenerate, previous, next } = useChatBranches(chat)
  const { queued, sendMessage, removeQueued } = useChatQueue(chat)
  const [prompt, setPrompt] = useState('')
  const [edited, setEdited] = useState<string>()

  function edit({ id, content }: ChatMessage) {
    setEdited(id)
    setPrompt(content)
  }

  function send(event: SubmitEvent) {
    event.preventDefault()
    setEdited(undefined)
    setPrompt('')
    void (edited ? editMessage(edited, prompt) : sendMessage(prompt))
  }

  return (
    <section aria-label="Chat" className="stack">
      <ol className="messages" aria-busy={isLoading}>
        {messages.map((message) => {
          const { id, role, content } = message
          const { index, count } = siblings.get(id) ?? { index: 0, count: 1 }
          return (
            <li key={id} className="message" data-role={role}>
              <p>{content}</p>
              <div className="row">
                {role === 'user' ? (
                  <button
                    type="button"
                    disabled={isLoading}
                    onClick={() => edit(message)}
                    aria-label={`Edit “${content}”`}
                  >
                    Edit
                  </button>
                ) : (
                  <button type="button" disabled={isLoading} onClick={() => void regenerate(id)}>
                    Again
                  </button>
                )}
                <button
                  type="button"
                  aria-label={`Before “${content}”`}
                  disabled={index === 0}
                  onClick={() => previous(id)}
                >
                  ‹
                </button>
                <span>
                  {index + 1}/{count}
                </span>
                <button
                  type="button"
                  aria-label={`After “${content}”`}
                  disabled={index === count - 1}
                  onClick={() => next(id)}
                >
                  ›
                </button>
              </div>
            </li>
          )
        })}
      </ol>
      <ul aria-label="Waiting">
        {queued.map(({ id, content }) => (
          <li key={id}>
            {content}{' '}
            <button type="button" onClick={() => removeQueued(id)}>
              Do not send “{content}”
            </button>
          </li>
        ))}
      </ul>
      <form className="row" onSubmit={send}>
        <input
          aria-label="Message"
          required
          value={prompt}
          onChange={(event) => setPrompt(event.target.value)}
        />
        <button type="submit" className="primary">
          Send
        </button>
      </form>
    </section>
  )
}
