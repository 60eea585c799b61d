import { useStreamChat } from 'brooklet'
import { useEffect } from 'react'
import { Conversation, history, type Row } from './history.js'

export function Brooklet({ onDone }: { onDone(length: number): void }) {
  const { messages, reply, sendMessage } = useStreamChat({
    url: '/api/tutorial',
    initialMessages: history,
  })
  useEffect(() => {
    sendMessage('go').then((text) => onDone(text.length))
  }, [sendMessage, onDone])
  // The reply is the last message, and only its length is shown.
  const rows = messages.filter((message) => message !== reply) as Row[]
  return <Conversation rows={rows} replyLength={reply?.content.length ?? 0} />
}
