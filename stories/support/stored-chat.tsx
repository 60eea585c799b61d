import { useChatStorage, useStreamChat, type ChatOptions } from 'brooklet'
import { useState } from 'react'

/** A chat that is there after a reload, and after it was taken off the page. */
export function StoredChat({ fetch }: Pick<ChatOptions, 'fetch'>) {
  const [isShown, show] = useState(true)
  return (
    <section aria-label="Conversation" className="stack">
      {isShown ? <Conversation fetch={fetch} /> : <p className="faint">Not on the page.</p>}
      <button type="button" onClick={() => show(!isShown)}>
        {isShown ? 'Take it off the page' : 'Bring it back'}
      </button>
    </section>
  )
}

function Conversation({ fetch }: Pick<ChatOptions, 'fetch'>) {
  const { messages, isLoading, sendMessage, clear, chat } = useStreamChat({ fetch })
  useChatStorage(chat, { key: 'brooklet-story' })
  return (
    <>
      <ol className="messages" aria-busy={isLoading}>
        {messages.map(({ id, role, content }) => (
          <li key={id} className="message" data-role={role}>
            {content}
          </li>
        ))}
      </ol>
      <div className="row">
        <button
          type="button"
          className="primary"
          onClick={() => void sendMessage('背一首静夜思')}
          disabled={isLoading}
        >
          Ask
        </button>
        <button type="button" onClick={clear}>
          Forget
        </button>
      </div>
    </>
  )
}
