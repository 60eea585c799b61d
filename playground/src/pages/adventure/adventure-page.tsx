import { useStreamChat } from 'brooklet'
import type { ChatMessage, ChatSnapshot } from 'brooklet'
import { useEffect, useState } from 'react'
import { useText } from '../../language/language.js'
import { PageHeader } from '../../shared/page-header.js'
import { chat, resumeLeft } from './chat.js'
import { ChatAnnouncer } from './chat-announcer.js'
import { ChatReadings } from './chat-readings.js'
import { Composer } from './composer.js'
import { Conversation } from './conversation-list.js'
import './adventure.css'

const hasMessages = ({ messages }: ChatSnapshot): boolean => messages.length > 0

export function AdventurePage() {
  const text = useText().adventure
  const isStarted = useStreamChat(chat, hasMessages)
  useEffect(resumeLeft, [])
  const [lastGame, setLastGame] = useState<readonly ChatMessage[]>([])

  function startAnew(): void {
    chat.stop()
    setLastGame(chat.getSnapshot().messages)
    chat.setMessages([])
  }

  return (
    <div className="adventure">
      <PageHeader title={text.title} lead={text.lead}>
        {isStarted ? (
          <button type="button" className="button" onClick={startAnew}>
            {text.newGame}
          </button>
        ) : null}
        {!isStarted && lastGame.length > 0 ? (
          <button type="button" className="button" onClick={() => chat.setMessages(lastGame)}>
            {text.back}
          </button>
        ) : null}
      </PageHeader>
      <div className="adventure-columns">
        <div className="adventure-talk">
          <Conversation />
          <Composer />
        </div>
        <ChatReadings />
      </div>
      <ChatAnnouncer />
    </div>
  )
}
