import { useChatBranches, useStickToBottom, useStreamChat } from 'brooklet'
import type { ChatSnapshot } from 'brooklet'
import { useEffect, useRef } from 'react'
import { useText } from '../../language/language.js'
import { ErrorCard } from '../../shared/error-card.js'
import { IconButton } from '../../shared/icon-button.js'
import { Down } from '../../shell/icons.js'
import { useGame } from './game.js'
import { Message } from './message.js'
import { isLoadingOf, turnsOf } from './selectors.js'

const messagesOf = ({ messages }: ChatSnapshot) => messages

export function Conversation() {
  const text = useText().adventure
  const { chat, tools } = useGame()
  const messages = useStreamChat(chat, messagesOf)
  const { siblings } = useChatBranches(chat)
  const isLoading = useStreamChat(chat, isLoadingOf)
  const turns = useStreamChat(chat, turnsOf)
  const { scrollerRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom()
  const isEmpty = messages.length === 0

  // Whoever has just said something wants to see the answer, wherever they were reading.
  const seenTurns = useRef(turns)
  useEffect(() => {
    if (turns > seenTurns.current) scrollToBottom()
    seenTurns.current = turns
  }, [turns, scrollToBottom])

  return (
    <div className="conversation">
      <div
        // The hints are read from their top.
        ref={isEmpty ? null : scrollerRef}
        className="conversation-scroller"
        tabIndex={0}
        role="region"
        aria-label={text.conversation}
      >
        {isEmpty ? <Hints /> : null}
        <ol ref={isEmpty ? null : contentRef} className="conversation-list" aria-busy={isLoading}>
          {messages.map((message, index) => (
            <Message
              // Of what it answers: another version of it takes its place, and the keyboard stays.
              key={messages[index - 1]?.id ?? 'first'}
              message={message}
              siblings={siblings.get(message.id)}
              isQuiet={!isLoading}
              isLast={index === messages.length - 1}
            />
          ))}
        </ol>
        {tools.error ? <ErrorCard error={tools.error} /> : null}
      </div>
      {isAtBottom ? null : (
        <IconButton className="jump" label={text.jump} onClick={scrollToBottom}>
          <Down />
        </IconButton>
      )}
    </div>
  )
}

function Hints() {
  const { hintsTitle, hints } = useText().adventure
  return (
    <div className="hints">
      <h2>{hintsTitle}</h2>
      <ul>
        {hints.map((hint) => (
          <li key={hint}>{hint}</li>
        ))}
      </ul>
    </div>
  )
}
