import { useChat } from '@ai-sdk/react'
import { DefaultChatTransport, type UIMessage } from 'ai'
import { memo, useEffect, useRef } from 'react'
import type { Ask } from './ask.js'
import { history } from './history.js'

const initial: UIMessage[] = history.map(({ id, role, content }) => ({
  id,
  role,
  parts: [{ type: 'text', text: content }],
}))

const transport = new DefaultChatTransport({ api: '/api/ai-sdk' })

export function AiSdk({ throttle, onReady }: { throttle?: number; onReady(ask: Ask): void }) {
  const { messages, setMessages, sendMessage } = useChat({
    transport,
    messages: initial,
    ...(throttle !== undefined && { throttle, experimental_throttle: throttle }),
  })
  const received = useRef(0)
  useEffect(
    () =>
      onReady(async () => {
        setMessages(initial)
        await sendMessage({ text: 'go' })
        return received.current
      }),
    [setMessages, sendMessage, onReady],
  )
  const last = messages.at(-1)
  const reply = messages.length > initial.length && last?.role === 'assistant' ? last : undefined
  const replyLength = reply ? textOf(reply).length : 0
  useEffect(() => {
    received.current = replyLength
  }, [replyLength])
  return (
    <main>
      {messages.slice(0, history.length).map((message) => (
        <Message key={message.id} message={message} />
      ))}
      <output>{replyLength}</output>
    </main>
  )
}

const Message = memo(function Message({ message }: { message: UIMessage }) {
  return (
    <article>
      <b>{message.role}</b> <span>{textOf(message)}</span>
    </article>
  )
})

function textOf(message: UIMessage): string {
  return message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
