import { createChat, useStreamChat, type Chat, type ChatSnapshot } from 'brooklet'
import { useCallback, useEffect, useState } from 'react'
import type { Ask } from './ask.js'
import { Conversation, history, Message } from './history.js'

interface Props {
  onReady(ask: Ask): void
}

/** Without the reply before, which would be sent again with the history. */
async function askAnew({ setMessages, sendMessage }: Chat): Promise<number> {
  setMessages(history)
  return (await sendMessage('go')).length
}

/** As every chat page begins: one component maps over the messages. */
export function Brooklet({ onReady }: Props) {
  const { messages, reply, chat } = useStreamChat({
    url: '/api/tutorial',
    initialMessages: history,
  })
  useEffect(() => onReady(() => askAnew(chat)), [chat, onReady])
  const rows = messages.slice(0, history.length)
  return <Conversation rows={rows} replyLength={reply?.content.length ?? 0} />
}

/** With selectors: a row renders when its own message changes, and the reply with each frame. */
export function BrookletSelecting({ onReady }: Props) {
  const [chat] = useState(() => createChat({ url: '/api/tutorial', initialMessages: history }))
  useEffect(() => onReady(() => askAnew(chat)), [chat, onReady])
  return (
    <main>
      <Settled chat={chat} />
      <Reply chat={chat} />
    </main>
  )
}

function Settled({ chat }: { chat: Chat }) {
  const count = useStreamChat(chat, countHistory)
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

function countHistory({ messages }: ChatSnapshot): number {
  return Math.min(messages.length, history.length)
}

function replyLength({ streamingContent }: ChatSnapshot): number {
  return streamingContent.length
}
