import type { EventStreamSnapshot } from 'brooklet'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useText } from '../../language/language.js'
import { faults } from './use-faulty-stream.js'
import type { Fault } from './use-faulty-stream.js'

interface FaultButtonsProps {
  status: EventStreamSnapshot<unknown>['status']
  onStrike(fault: Fault): void
  children: ReactNode
}

/** What can be made to go wrong while the stream is open, and what the last one of it does. */
export function FaultButtons({ status, onStrike, children }: FaultButtonsProps) {
  const text = useText().faults
  const [struck, setStruck] = useState<Fault>()
  const isOpen = status === 'open'
  const isOver = status === 'closed' || status === 'failed'

  function strike(fault: Fault): void {
    setStruck(fault)
    onStrike(fault)
  }

  return (
    <div>
      <div className="actions" role="group" aria-label={text.buttons}>
        {faults.map((fault) => (
          <button
            key={fault}
            type="button"
            className="button"
            aria-disabled={!isOpen}
            title={text.hints[fault]}
            onClick={() => (isOpen ? strike(fault) : undefined)}
          >
            {text.names[fault]}
          </button>
        ))}
        {children}
      </div>
      <p className="fault-hint" aria-live="polite">
        {isOver ? text.isOver : struck ? text.hints[struck] : text.struckNone}
      </p>
    </div>
  )
}
