import { connect } from '../connect.js'
import type { Environment } from '../environment.js'
import { hasTabs } from './channel.js'
import { createFollower } from './follower.js'
import { createLeader } from './leader.js'
import type { TabMessage } from './messages.js'
import type { TabState } from './state.js'
import { createSuccession } from './succession.js'
import { createTabs } from './tabs.js'
import type { Connection, ConnectionRequest, ConnectionSink } from '../types.js'

/**
 * Milliseconds that a leader keeps the lock after the end of its stream, so that all tabs hear of the
 * end before one of them is elected and opens it again.
 */
const farewell = 500

/**
 * One connection for all tabs that use the same name: the tab that holds the lock leads and has the
 * connection; the others hear its reports, and wait for the lock to go on where it leaves off.
 */
export function connectTabs(
  request: ConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  name: string,
): Connection {
  if (!hasTabs()) return connect(request, sink, environment)
  let isOpen = false

  const tabs = createTabs<TabMessage>(name, environment, {
    onElected() {
      follower.rest()
      leader.lead()
    },
    onMessage(message) {
      if (message.type === 'open') leader.open()
      else if (tabs.isElected) {
        // A report here comes from a tab that has taken over. This one follows as soon as it is told so by
        // the lock, and then asks for what it has missed.
        if (message.type === 'ask') leader.answer(message)
      } else if (message.type === 'ask') follower.expectAnswer()
      else follower.hear(message)
    },
    onLeave() {
      follower.rest()
      leader.stop()
    },
    onReturn() {
      if (!tabs.isElected) follower.follow()
    },
  })
  const tab: TabState = {
    tabs,
    lastEventId: request.lastEventId ?? '',
    status: undefined,
    succession: createSuccession(),
  }
  const leader = createLeader(tab, request, sink, environment, () => end(farewell))
  const follower = createFollower(tab, sink, environment, end)

  function start(): void {
    isOpen = true
    tab.status = undefined
    sink.onStatus('connecting', { attempt: 0 })
    if (isOpen && !tabs.isJoined) tabs.join()
  }

  /** With a time, keeps the lock for so long, because the others still have to hear of the end. */
  function end(time?: number): void {
    isOpen = false
    tabs.leave(time)
  }

  return {
    open() {
      if (!isOpen) return start()
      leader.open()
      tabs.post({ type: 'open' })
    },
    close: () => end(),
    get lastEventId() {
      return tab.lastEventId
    },
  }
}
