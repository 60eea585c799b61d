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
  let channel: BroadcastChannel | undefined
  let unwatch = nothing
  let cancelFarewell = nothing

  const tab: TabState = {
    isJoined: false,
    lastEventId: request.lastEventId ?? '',
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

  /** With a time, keeps the lock for so long, because the others still have to hear of the end. */
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
    channel = openTabChannel(name, ({ data }) => receive(data as TabMessage))
    // Without a channel there is nobody to share with.
    if (channel) follow()
    else lead()
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

  /** Also called when another tab has stolen the lock, because this one did not answer. */
  function follow(): void {
    leader.stop()
    follower.follow()
    candidacy.stand()
  }

  function receive(message: TabMessage): void {
    if (message.type === 'open') leader.open()
    else if (leader.isLeading) {
      // A report here comes from a tab that has stolen the lock. This one follows as soon as it is told
      // so by the lock, and then asks for what it has missed.
      if (message.type === 'ask') leader.answer(message)
    } else if (message.type === 'ask') follower.expectAnswer()
    else follower.hear(message)
  }

  /**
   * Lets another tab lead at once, because a page that is left or frozen cannot. Also, browsers keep no
   * page that holds a lock in their back/forward cache.
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
