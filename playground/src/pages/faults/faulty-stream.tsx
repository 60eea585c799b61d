import { useState } from 'react'
import { useText } from '../../language/language.js'
import { Connection } from '../../shared/connection.js'
import { ErrorCard } from '../../shared/error-card.js'
import { Proof } from '../../shared/proof.js'
import { FaultButtons } from './fault-buttons.js'
import { JournalList } from './journal-list.js'
import { useFaultyStream } from './use-faulty-stream.js'

export function FaultyStream() {
  const text = useText().faults
  const [drips, setDrips] = useState(false)
  const { stream, journal, strike } = useFaultyStream({ drips })
  const lastError = journal.find((entry) => entry.kind === 'error')
  return (
    <div className="page-columns">
      <div className="stack">
        <FaultButtons status={stream.status} onStrike={strike}>
          <button
            type="button"
            className="button"
            aria-pressed={drips}
            title={text.dripHint}
            onClick={() => setDrips(!drips)}
          >
            {text.drip}
          </button>
        </FaultButtons>
        <Proof count={stream.data} />
        <JournalList journal={journal} />
      </div>
      <div className="stack">
        <Connection title={text.connection} stream={stream} isBrief />
        <section aria-label={text.lastError}>
          <h2>{text.lastError}</h2>
          {lastError ? (
            <ErrorCard error={lastError.error} />
          ) : (
            <p className="faint">{text.noError}</p>
          )}
        </section>
      </div>
    </div>
  )
}
