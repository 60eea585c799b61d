import { useText } from '../../language/language.js'
import { PageHeader } from '../../shared/page-header.js'
import { StoryRun } from './story-run.js'
import { useInstances } from './use-instances.js'
import './instances.css'

export function InstancesPage() {
  const text = useText().instances
  const { state, refresh, start, kill } = useInstances()
  const { hasRedis, isUnreached, instances } = state
  if (hasRedis) return <StoryRun instances={instances} start={start} kill={kill} />
  return (
    <div className="stack">
      <PageHeader title={text.title} hook="useEventSource" lead={text.lead} />
      {isUnreached ? <Unreached onAskAgain={() => void refresh()} /> : null}
      {hasRedis === false ? <RedisNeeded /> : null}
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
