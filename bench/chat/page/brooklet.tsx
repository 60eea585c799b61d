import { createChat, useStreamChat, type Chat, type ChatSnapshot } from 'brooklet'
import { useCallback, useEffect, useState } from 'react'
import type { Ask } from './ask.js'
import { Conversation, history, Message } from './history.js'

interface Props {
  onReady(ask: Ask): void
}

/** As every chat page begins: one component maps over the messages. */
export function Brooklet({ onReady }: Props) {
  const { messages, reply, sendMessage } = useStreamChat({
    url: '/api/tutorial',
    initialMessages: history,
  })
  useEffect(() => onReady(async () => (await sendMessage('go')).length), [sendMessage, onReady])
  const rows = messages.filter((message) => message !== reply)
  return <Conversation rows={rows} replyLength={reply?.content.length ?? 0} />
}

/** With selectors: a row renders when its own message changes, and the reply with each frame. */
export function BrookletSelecting({ onReady }: Props) {
  const [chat] = useState(() => createChat({ url: '/api/tutorial', initialMessages: history }))
  useEffect(() => onReady(async () => (await chat.sendMessage('go')).length), [chat, onReady])
  return (
    <main>
      <Settled chat={chat} />
      <Reply chat={chat} />
    </main>
  )
}

function Settled({ chat }: { chat: Chat }) {
  const count = useStreamChat(chat, countSettled)
  return Array.from({ length: count }, (_, index) => <Row key={index} chat={chat} index={index} />)
}

function Row({ chat, index }: { chat: Chat; index: number }) {
  const select = useCallback(({ messages }: ChatSnapshot) => messages[index], [index])
  const message = useStreamChat(chat, select)
  return message ? <Message row={message} /> : null
}

function Reply({ chat }: { chat: Chat }) {
  return <output>{useStreamChat(chat, replyLength)}</output>
}

function countSettled({ messages, isLoading }: ChatSnapshot): number {
  return messages.length - (isLoading ? 1 : 0)
}

function replyLength({ streamingContent }: ChatSnapshot): number {
  return streamingContent.length
}
