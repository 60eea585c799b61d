import { useChat } from '@ai-sdk/react'
import { DefaultChatTransport, type UIMessage } from 'ai'
import { memo, useEffect } from 'react'
import { history } from './history.js'

const initial: UIMessage[] = history.map(({ id, role, content }) => ({
  id,
  role,
  parts: [{ type: 'text', text: content }],
}))

const transport = new DefaultChatTransport({ api: '/api/ai-sdk' })

export function AiSdk({ throttle, onDone }: { throttle?: number; onDone(length: number): void }) {
  const { messages, sendMessage } = useChat({
    transport,
    messages: initial,
    ...(throttle !== undefined && { experimental_throttle: throttle, throttle }),
    onFinish: ({ message }) => onDone(textOf(message).length),
  })
  useEffect(() => void sendMessage({ text: 'go' }), [sendMessage])
  const last = messages.at(-1)
  const reply = messages.length > initial.length && last?.role === 'assistant' ? last : undefined
  return (
    <main>
      {messages.map((message) =>
        message === reply ? null : <Message key={message.id} message={message} />,
      )}
      <output>{reply ? textOf(reply).length : 0}</output>
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
