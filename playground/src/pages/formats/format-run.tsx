import { useEventSource } from 'brooklet'
import type { StreamFormat } from 'brooklet'
import { useState } from 'react'
import { useText } from '../../language/language.js'
import { useValue } from '../../shared/value.js'
import { EventList } from './event-list.js'
import { ChunkText, HexDump } from './hex-dump.js'
import { Pane } from './pane.js'
import { createRecording } from './recording.js'

/** One stream, read by the same hook whatever its format is. */
export function FormatRun({ format, isNarrow }: { format: StreamFormat; isNarrow: boolean }) {
  const text = useText()
  const [recording] = useState(() => createRecording(format))
  const { status, error } = useEventSource(`/api/formats/${format}`, {
    fetch: recording.fetch,
    onEvent: recording.onEvent,
    closeOn: 'end',
  })
  const { chunks, events, bytes } = useValue(recording.recorded)
  const name = text.formats.names[format]
  return (
    <section className="format" aria-label={name}>
      <header>
        <h2>{name}</h2>
        <p className="faint">{text.formats.about[format]}</p>
        <p className="format-counts">
          <span className="status-dot" data-status={status} />
          {text.status[status]} ·{' '}
          {text.formats.counts({ chunks: chunks.length, bytes, events: events.length })}
        </p>
        {error ? <p className="connection-error">{error.message}</p> : null}
      </header>
      <div className="panes" data-narrow={isNarrow}>
        <Pane title={text.formats.raw} stream={name}>
          {isNarrow ? <ChunkText chunks={chunks} /> : <HexDump chunks={chunks} />}
        </Pane>
        <Pane title={text.formats.parsed} stream={name}>
          <EventList events={events} />
        </Pane>
      </div>
    </section>
  )
}
