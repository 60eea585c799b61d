import { useEffect, useState } from 'react'
import { useText } from '../../language/language.js'
import { PageHeader } from '../../shared/page-header.js'
import { CharacterSheet } from './character-sheet.js'
import { ChatAnnouncer } from './chat-announcer.js'
import { ChatReadings } from './chat-readings.js'
import { Composer } from './composer.js'
import { Conversation } from './conversation.js'
import { GamePicker } from './game-picker.js'
import { GameProvider } from './game.js'
import { useGames } from './games.js'
import { SetupForm } from './setup-form.js'
import { askServerModel } from './setup.js'
import './adventure.css'

export function AdventurePage() {
  const text = useText().adventure
  const { current } = useGames()
  /** On a narrow page they stand in place of the story. */
  const [isDetailed, setDetailed] = useState(false)
  useEffect(() => void askServerModel(), [])

  return (
    <GameProvider>
      <div className="adventure" data-detailed={isDetailed}>
        <PageHeader title={text.title} hook="useStreamChat" lead={text.lead}>
          <GamePicker />
          <button
            type="button"
            className="button adventure-details"
            aria-pressed={isDetailed}
            onClick={() => setDetailed(!isDetailed)}
          >
            {text.details}
          </button>
        </PageHeader>
        <div className="adventure-columns">
          {/* Another game is another scroll position, and another draft. */}
          <div key={current} className="adventure-talk">
            <Conversation />
            <Composer />
          </div>
          <div className="adventure-aside">
            <SetupForm />
            <CharacterSheet key={current} />
            <ChatReadings />
          </div>
        </div>
        <ChatAnnouncer key={current} />
      </div>
    </GameProvider>
  )
}
