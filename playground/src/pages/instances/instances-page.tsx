import { useState } from 'react'
import { useText } from '../../language/language.js'
import { Connection } from '../../shared/connection.js'
import { PageHeader } from '../../shared/page-header.js'
import { Proof } from '../../shared/proof.js'
import { InstanceList } from './instance-list.js'
import { useInstances } from './use-instances.js'
import { useStory } from './use-story.js'
import './instances.css'

export function InstancesPage() {
  const text = useText().instances
  const { state, start, kill } = useInstances()
  const { stream, tell, isTelling, server } = useStory()
  const [isStarting, setIsStarting] = useState(false)
  const [hasFailed, setHasFailed] = useState(false)
  const { text: told, count, writer, end } = stream.data
  const isAnyRunning = state?.instances.some(({ isRunning }) => isRunning) ?? false
  const outcome = hasFailed ? 'failed' : end
  const isBusy = isStarting || (isTelling && isAnyRunning)

  async function startStory(): Promise<void> {
    setIsStarting(true)
    const isTold = (await start()) && (await tell())
    setHasFailed(!isTold)
    setIsStarting(false)
  }

  if (!state) return <PageHeader title={text.title} lead={text.lead} />
  if (!state.hasRedis) {
    return (
      <div className="stack">
        <PageHeader title={text.title} lead={text.lead} />
        <div className="no-redis">
          <p>{text.noRedis}</p>
          <pre>
            <code>REDIS_URL=redis://localhost:6379 npm start</code>
          </pre>
        </div>
      </div>
    )
  }
  return (
    <div className="stack">
      <PageHeader title={text.title} lead={text.lead}>
        <button
          type="button"
          className={isBusy ? 'button' : 'button primary'}
          aria-disabled={isBusy}
          onClick={() => (isBusy ? undefined : void startStory())}
        >
          {isStarting ? text.starting : text.tell}
        </button>
      </PageHeader>
      <InstanceList
        instances={state.instances}
        server={server}
        writer={isTelling ? writer : undefined}
        onKill={(name) => void kill(name)}
      />
      <div className="page-columns">
        <div className="stack">
          <p className="story" data-end={end}>
            {told || <span className="faint">{text.untold}</span>}
          </p>
          <p role="status" className="story-end" data-end={outcome}>
            {outcome ? text.ends[outcome] : ''}
          </p>
          {count.of > 0 ? <Proof count={count} /> : null}
        </div>
        {stream.status === 'idle' ? null : <Connection title={text.connection} stream={stream} />}
      </div>
    </div>
  )
}
