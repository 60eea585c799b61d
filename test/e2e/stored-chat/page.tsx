/** The page of stored-chat's tests: a chat that is stored, and what was seen of it frame by frame. */
import { useChatStorage, useStreamChat, type StreamError } from 'brooklet'
import { indexedDb, type Chat } from 'brooklet/core'
import { useEffect } from 'react'
import { createRoot } from 'react-dom/client'

declare global {
  interface Window {
    chat: Chat
    /** What was on the page, where it differs from the frame before. */
    seen: string[]
    errors: StreamError[]
  }
}

const where = new URLSearchParams(location.search).get('storage')
const storage = where === 'indexedDb' ? indexedDb() : undefined
const root = document.querySelector<HTMLElement>('#root')!
window.seen = []
window.errors = []

function Page() {
  const { messages, status, chat } = useStreamChat({ url: '/chat' })
  const { isRestored } = useChatStorage(chat, {
    key: 'chat',
    storage,
    onError: (error) => window.errors.push(error),
  })
  useEffect(() => {
    window.chat = chat
  }, [chat])
  return (
    <>
      <p id="state">{`${isRestored ? 'restored' : 'loading'} ${status}`}</p>
      {messages.map(({ id, role, content }) => (
        <p key={id} className={role}>
          {content}
        </p>
      ))}
    </>
  )
}

function watch(): void {
  const text = [...root.querySelectorAll('p')].map((each) => each.textContent).join('|')
  if (text !== '' && text !== window.seen.at(-1)) window.seen.push(text)
  requestAnimationFrame(watch)
}

watch()
createRoot(root).render(<Page />)
