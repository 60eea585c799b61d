import { useState } from 'react'
import { useText } from '../../language/language.js'
import { Connection } from '../../shared/connection.js'
import { PageHeader } from '../../shared/page-header.js'
import { Proof } from '../../shared/proof.js'
import { InstanceList } from './instance-list.js'
import type { Instance } from './use-instances.js'
import { useStory } from './use-story.js'

interface StoryRunProps {
  instances: readonly Instance[]
  start(): Promise<boolean>
  kill(name: string): Promise<void>
}

/** Starts both servers, has a story told, and lets the visitor kill either one meanwhile. */
export function StoryRun({ instances, start, kill }: StoryRunProps) {
  const text = useText().instances
  const { stream, tell, isTelling, server } = useStory()
  const [isStarting, setIsStarting] = useState(false)
  const [hasFailed, setHasFailed] = useState(false)
  const { text: told, count, writer, end } = stream.data
  const isAnyRunning = instances.some(({ isRunning }) => isRunning)
  const isBusy = isStarting || (isTelling && isAnyRunning)
  const isAlone = isTelling && !isAnyRunning && !isStarting
  const outcome = hasFailed ? 'failed' : isAlone ? 'alone' : end

  async function startStory(): Promise<void> {
    setIsStarting(true)
    const isTold = (await start()) && (await tell())
    setHasFailed(!isTold)
    setIsStarting(false)
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
          <p className="story">{told || <span className="faint">{text.untold}</span>}</p>
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
