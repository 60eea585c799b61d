import {
  useChatInput,
  useSmoothText,
  useStickToBottom,
  useStreamAnnouncer,
  useStreamChat,
  type ChatMessage,
  type ChatOptions,
} from 'brooklet'
import { ErrorCard } from './error-card.js'

/** A chat page of the parts that every chat page needs. */
export function ChatPage(options: Pick<ChatOptions, 'fetch' | 'initialMessages' | 'retry'>) {
  const chat = useStreamChat(options)
  const { messages, isLoading, error, sendMessage, stop } = chat
  const { scrollerRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom()
  const { getInputProps, send } = useChatInput({ onSend: sendMessage, isLoading })
  const announcement = useStreamAnnouncer(chat)

  return (
    <section aria-label="Chat" className="stack">
      <div
        ref={scrollerRef}
        role="region"
        aria-label="Conversation"
        tabIndex={0}
        style={{ height: 240, overflow: 'auto' }}
      >
        <ol ref={contentRef} className="messages" aria-busy={isLoading}>
          {messages.map((message) => (
            <Message key={message.id} message={message} />
          ))}
        </ol>
      </div>
      <ErrorCard error={error} />
      <div className="row">
        <textarea aria-label="Message" rows={2} {...getInputProps()} />
        <button type="button" className="primary" onClick={isLoading ? stop : send}>
          {isLoading ? 'Stop' : 'Send'}
        </button>
        <button type="button" onClick={scrollToBottom} disabled={isAtBottom}>
          To the end
        </button>
      </div>
      <p {...announcement} />
    </section>
  )
}

function Message({ message: { role, content, status } }: { message: ChatMessage }) {
  const text = useSmoothText(content, { isStreaming: status === 'streaming' })
  // The error says it all.
  if (status === 'error' && text === '') return null
  return (
    <li className="message" data-role={role}>
      <p>{text || '…'}</p>
    </li>
  )
}
