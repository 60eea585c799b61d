import { connect } from '../connect.js'
import type { Environment } from '../environment.js'
import { createCandidacy } from './candidacy.js'
import { hasTabs, openTabChannel } from './channel.js'
import { createFollower } from './follower.js'
import { createLeader } from './leader.js'
import { watchLife } from './life.js'
import type { TabMessage } from './messages.js'
import type { TabState } from './state.js'
import { createSuccession } from './succession.js'
import type { Connection, ConnectionRequest, ConnectionSink } from '../types.js'

const nothing = (): void => {}

/**
 * Milliseconds that the lock of a stream that is over is kept, so that all tabs hear the end before
 * one of them could open it again.
 */
const farewell = 500

/**
 * One connection for all tabs that ask by the same name: the tab that holds the lock leads and has
 * the connection, the others hear its reports and stand by to go on where it leaves off.
 */
export function connectTabs(
  request: ConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  name: string,
): Connection {
  if (!hasTabs()) return connect(request, sink, environment)
  let isOpen = false
  let channel: BroadcastChannel | undefined
  let unwatch = nothing
  let cancelFarewell = nothing

  const tab: TabState = {
    isJoined: false,
    lastEventId: request.lastEventId ?? '',
    hasReclaimed: false,
    status: undefined,
    succession: createSuccession(),
    // oxlint-disable-next-line require-post-message-target-origin -- that is a window's
    post: (message) => channel?.postMessage(message),
  }
  const candidacy = createCandidacy(name, { onElected: lead, onRobbed: follow })
  const leader = createLeader(tab, request, sink, environment, () => end(farewell))
  const follower = createFollower(tab, sink, environment, () => candidacy.stand(true), end)

  function start(): void {
    cancelFarewell()
    isOpen = true
    tab.status = undefined
    unwatch = watchLife(environment, { onLeave, onReturn })
    sink.onStatus('connecting', { attempt: 0 })
    if (isOpen && !tab.isJoined) join()
  }

  /** Keeps the lock for a while where the others still have to hear why. */
  function end(time?: number): void {
    isOpen = false
    unwatch()
    leave()
    cancelFarewell()
    if (time === undefined) candidacy.withdraw()
    else cancelFarewell = environment.delay(candidacy.withdraw, time)
  }

  function join(): void {
    tab.isJoined = true
    tab.hasReclaimed = false
    channel = openTabChannel(name)
    // There is nobody to share it with.
    if (!channel) return lead()
    channel.addEventListener('message', ({ data }) => receive(data as TabMessage))
    follow()
  }

  function leave(): void {
    tab.isJoined = false
    follower.rest()
    leader.stop()
    channel?.close()
    channel = undefined
  }

  function lead(): void {
    follower.rest()
    leader.lead()
  }

  /** Also where another tab took the lock, because this one did not answer. */
  function follow(): void {
    leader.stop()
    follower.follow()
    candidacy.stand()
  }

  function receive(message: TabMessage): void {
    if (message.type === 'open') leader.open()
    else if (leader.isLeading) {
      // The lock says who leads: what another one reports, this tab asks for once it has lost it.
      if (message.type === 'ask') leader.answer(message)
    } else if (message.type === 'ask') follower.expectAnswer()
    else follower.hear(message)
  }

  /**
   * Lets another tab go on at once: one that is left or frozen must not lead. Also, a browser keeps no
   * page that holds a lock in its back/forward cache.
   */
  function onLeave(): void {
    leave()
    candidacy.withdraw()
  }

  function onReturn(): void {
    if (!tab.isJoined) join()
    else if (!leader.isLeading) follower.follow()
  }

  return {
    open() {
      if (!isOpen) return start()
      leader.open()
      tab.post({ type: 'open' })
    },
    close: () => end(),
    get lastEventId() {
      return tab.lastEventId
    },
  }
}
