import { useState } from 'react'
import { useText } from '../../language/language.js'
import { PageHeader } from '../../shared/page-header.js'
import { FaultyStream } from './faulty-stream.js'
import './faults.css'

export function FaultsPage() {
  const text = useText().faults
  const [run, setRun] = useState(1)
  return (
    <div className="stack">
      <PageHeader title={text.title} hook="useEventSource" lead={text.lead}>
        <button type="button" className="button" onClick={() => setRun(run + 1)}>
          {text.again}
        </button>
      </PageHeader>
      <FaultyStream key={run} />
    </div>
  )
}
