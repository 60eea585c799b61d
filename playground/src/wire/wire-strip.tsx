import { useId, useState } from 'react'
import { useText } from '../language/language.js'
import { formatBytes } from '../numbers.js'
import { Scissors } from '../shell/icons.js'
import { MessagePanel } from './message-panel.js'
import { nameOf } from './names.js'
import type { StreamName, WireText } from './names.js'
import { Signs } from './signs.js'
import { useWire } from './use-wire.js'
import { WireCanvas } from './wire-canvas.js'
import { wire } from './wire.js'
import './wire.css'

/** The stream itself as it happens, on top of every page. */
export function WireStrip() {
  const [isOpen, setIsOpen] = useState(false)
  const panelId = useId()
  const text = useText().wire
  const { names, messages } = useWire()
  const isUnused = names.length + messages.length === 0
  return (
    <section className="wire" aria-label={text.title}>
      <div className="wire-bar">
        <Readout />
        <CutButton />
        <button
          type="button"
          className="button"
          aria-expanded={isOpen}
          aria-controls={panelId}
          onClick={() => setIsOpen(!isOpen)}
        >
          {text.messages}
        </button>
      </div>
      <div className="wire-track" title={Object.values(text.signs).join('\n')}>
        <WireCanvas />
        {isUnused ? <Signs /> : null}
      </div>
      <div id={panelId} hidden={!isOpen}>
        {isOpen ? <MessagePanel /> : null}
      </div>
    </section>
  )
}

function Readout() {
  const { names, status, attempt, events, bytes } = useWire()
  const text = useText().wire
  return (
    <dl className="readout">
      <div className="readout-status">
        <dt>{titleOf(names, text)}</dt>
        <dd>
          <span className="status-dot" data-status={status} />
          {text.status[status]}
        </dd>
      </div>
      <div>
        <dt>{text.attempt}</dt>
        <dd>{attempt}</dd>
      </div>
      <div>
        <dt>{text.events}</dt>
        <dd>{events}</dd>
      </div>
      <div>
        <dt>{text.bytes}</dt>
        <dd>{formatBytes(bytes)}</dd>
      </div>
    </dl>
  )
}

function titleOf(names: readonly StreamName[], text: WireText): string {
  const [name] = names
  if (!name) return text.stream
  return names.length > 1 ? text.streams(names.length) : nameOf(name, text)
}

function CutButton() {
  const { open } = useWire()
  const text = useText().wire
  return (
    <button
      type="button"
      className="button"
      aria-disabled={open === 0}
      title={text.cutHint}
      onClick={() => (open > 0 ? wire.cut() : undefined)}
    >
      <Scissors />
      <span className="wide-only">{text.cut}</span>
      <span className="narrow-only">{text.cutShort}</span>
    </button>
  )
}
