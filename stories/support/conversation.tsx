import { useStreamChat, type ChatMessage, type ChatOptions, type StreamError } from 'brooklet'
import { useState, type SubmitEvent } from 'react'
import { ErrorCard } from './error-card.js'
import { Readings } from './readings.js'

export type ConversationProps = Pick<
  ChatOptions,
  'fetch' | 'initialMessages' | 'retry' | 'protocol' | 'cancelRequest'
>

/** A chat page: the conversation, a form, and a button for each of the hook's actions. */
export function Conversation(options: ConversationProps) {
  const chat = useStreamChat(options)
  const { messages, reply, status, isLoading, error, sendMessage, stop, regenerate } = chat
  const [prompt, setPrompt] = useState('')
  const [refusal, setRefusal] = useState<StreamError>()

  function send(event: SubmitEvent) {
    event.preventDefault()
    setPrompt('')
    setRefusal(undefined)
    // What makes a turn fail is in `error`; only a refusal is told to the caller alone.
    sendMessage(prompt).catch((failure: StreamError) => {
      if (failure.code !== 'busy') return
      setRefusal(failure)
      setPrompt(prompt)
    })
  }

  return (
    <section aria-label="Conversation" className="stack">
      <ol className="messages" aria-busy={isLoading}>
        {messages.map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </ol>
      {messages.length === 0 ? <p className="faint">No messages yet.</p> : null}
      <ErrorCard error={(isLoading && refusal) || error} />
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
        <button type="button" onClick={stop} disabled={!isLoading}>
          Stop
        </button>
        <button
          type="button"
          onClick={() => void regenerate()}
          disabled={isLoading || reply === undefined}
        >
          Ask again
        </button>
      </form>
      {/* Told once at the beginning and once at the end; the text itself is not a live region. */}
      <p role="status" className="faint">
        {announcement(status, reply)}
      </p>
      <Readings values={{ status, isLoading, 'reply.status': reply?.status }} />
    </section>
  )
}

function Message({ message: { role, content, status } }: { message: ChatMessage }) {
  return (
    <li className="message" data-role={role}>
      <p>{content}</p>
      {notes[status] ? <p className="faint">{notes[status]}</p> : null}
    </li>
  )
}

const notes: Partial<Record<ChatMessage['status'], string>> = {
  pending: 'Thinking …',
  stopped: 'Stopped here.',
  interrupted: 'Cut off here.',
  error: 'This reply failed.',
}

function announcement(status: string, reply: ChatMessage | undefined): string {
  if (status === 'submitted') return 'Waiting for the reply'
  if (status === 'streaming') return 'Receiving the reply'
  if (status === 'error') return 'The reply failed'
  if (reply?.status === 'stopped') return 'The reply was stopped'
  return reply ? 'The reply is complete' : 'Ready'
}
