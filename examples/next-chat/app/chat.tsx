'use client'

import { useChatInput, useChatStorage, useStreamAnnouncer, useStreamChat } from 'brooklet'

export function Chat() {
  const conversation = useStreamChat()
  const { messages, isLoading, error, sendMessage, stop, regenerate, clear, chat } = conversation
  useChatStorage(chat, { key: 'next-chat' })
  // Returns nothing: after a failure "Again" asks once more, and the text need not come back.
  const { getInputProps, send } = useChatInput({
    onSend: (text) => void sendMessage(text),
    isLoading,
  })
  const announcement = useStreamAnnouncer(conversation)

  return (
    <>
      {messages.map(({ id, role, content, status }) => (
        <p key={id} data-role={role} data-status={status}>
          <b>{role}</b> {content}
          {status === 'complete' ? null : <i> {status}</i>}
        </p>
      ))}
      {error ? <p role="alert">{error.message}</p> : null}
      <p>
        <textarea aria-label="Message" {...getInputProps()} />
        <button onClick={send} disabled={isLoading}>
          Send
        </button>
        <button onClick={stop} disabled={!isLoading}>
          Stop
        </button>
        <button onClick={() => void regenerate()} disabled={isLoading}>
          Again
        </button>
        <button onClick={clear}>Clear</button>
      </p>
      <p {...announcement} />
    </>
  )
}
