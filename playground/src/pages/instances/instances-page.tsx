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
  const { state, refresh, start, kill } = useInstances()
  const { hasRedis, isUnreached, instances } = state
  const { stream, tell, isTelling, server } = useStory()
  const [isStarting, setIsStarting] = useState(false)
  const [hasFailed, setHasFailed] = useState(false)
  const { text: told, count, writer, end } = stream.data
  const isAnyRunning = instances.some(({ isRunning }) => isRunning)
  const isAlone = isTelling && !isAnyRunning && !isStarting
  const outcome = hasFailed ? 'failed' : isAlone ? 'alone' : end
  const isBusy = isStarting || (isTelling && isAnyRunning)

  async function startStory(): Promise<void> {
    setIsStarting(true)
    const isTold = (await start()) && (await tell())
    setHasFailed(!isTold)
    setIsStarting(false)
  }

  if (!hasRedis) {
    return (
      <div className="stack">
        <PageHeader title={text.title} hook="useEventSource" lead={text.lead} />
        {isUnreached ? <Unreached onAskAgain={() => void refresh()} /> : null}
        {hasRedis === false ? <RedisNeeded /> : null}
      </div>
    )
  }
  return (
    <div className="stack">
      <PageHeader title={text.title} hook="useEventSource" lead={text.lead}>
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
        instances={instances}
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
        </div>
        {stream.status === 'idle' ? null : (
          <div className="stack">
            <Connection title={text.connection} stream={stream} />
            {count.of > 0 ? <Proof count={count} /> : null}
          </div>
        )}
      </div>
    </div>
  )
}

function RedisNeeded() {
  const text = useText().instances
  return (
    <div className="instances-notice">
      <p>{text.noRedis}</p>
      <pre>
        <code>REDIS_URL=redis://localhost:6379 npm start</code>
      </pre>
    </div>
  )
}

function Unreached({ onAskAgain }: { onAskAgain(): void }) {
  const text = useText().instances
  return (
    <div className="instances-notice">
      <p role="alert">{text.unreached}</p>
      <button type="button" className="button" onClick={onAskAgain}>
        {text.askAgain}
      </button>
    </div>
  )
}
