import { useStreamChat, type MessageInput } from 'brooklet'
import { useState, type SubmitEvent } from 'react'

/** The page of the tutorials: it keeps its messages itself and hands all of them to each turn. */
export function TutorialChat({ fetch }: { fetch?: typeof globalThis.fetch }) {
  const [messages, setMessages] = useState<MessageInput[]>([])
  const [prompt, setPrompt] = useState('')
  const { isLoading, streamingContent, error, sendMessage } = useStreamChat({ fetch })

  async function send(event: SubmitEvent) {
    event.preventDefault()
    setPrompt('')
    const asked: MessageInput[] = [...messages, { role: 'user', content: prompt }]
    setMessages(asked)
    try {
      const reply = await sendMessage(asked)
      setMessages([...asked, { role: 'assistant', content: reply }])
    } catch {
      // The turn failed, or the page left. `error` says why.
    }
  }

  return (
    <section aria-label="Chat" className="stack">
      <ol className="messages" aria-busy={isLoading}>
        {messages.map(({ role, content }, index) => (
          <li key={index} className="message" data-role={role}>
            {content}
          </li>
        ))}
        {isLoading ? <li className="message">{streamingContent || '…'}</li> : null}
      </ol>
      {error ? <p role="alert">{error.message}</p> : null}
      <form className="row" onSubmit={(event) => void send(event)}>
        <input
          aria-label="Message"
          required
          value={prompt}
          onChange={(event) => setPrompt(event.target.value)}
        />
        <button type="submit" className="primary" disabled={isLoading}>
          Send
        </button>
      </form>
    </section>
  )
}
