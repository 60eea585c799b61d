import type { StreamFormat } from 'brooklet'
import { useState } from 'react'
import { useText } from '../../language/language.js'
import { Choices } from '../../shared/choices.js'
import { PageHeader } from '../../shared/page-header.js'
import { FormatRun } from './format-run.js'
import './formats.css'

const formats: readonly StreamFormat[] = ['sse', 'ndjson', 'json-seq', 'text']
type Shown = StreamFormat | 'all'

export function FormatsPage() {
  const text = useText().formats
  const [shown, setShown] = useState<Shown>('sse')
  const [run, setRun] = useState(1)
  const choices = [
    ...formats.map((format) => ({ value: format, label: text.names[format] })),
    { value: 'all' as const, label: text.all },
  ]
  const streams = shown === 'all' ? formats : [shown]
  return (
    <div className="formats">
      <PageHeader title={text.title} hook="useEventSource" lead={text.lead} />
      <div className="actions">
        <Choices<Shown> label={text.choose} choices={choices} chosen={shown} onChoose={setShown} />
        <button type="button" className="button" onClick={() => setRun(run + 1)}>
          {text.again}
        </button>
      </div>
      <div className="format-grid" data-all={shown === 'all'}>
        {streams.map((format) => (
          <FormatRun key={`${format} ${run} ${shown}`} format={format} isNarrow={shown === 'all'} />
        ))}
      </div>
    </div>
  )
}
