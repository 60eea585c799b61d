import type { Environment } from '../environment.js'
import { createCandidacy } from './candidacy.js'
import { hasTabs, openTabChannel } from './channel.js'
import { watchLife } from './life.js'

const nothing = (): void => {}

/** The tabs that use the same name: each hears what the others post, and one of them is elected. */
export interface Tabs<Message> {
  join(): void
  /** From `join` to `leave`, except while the page is left or frozen. */
  readonly isJoined: boolean
  /** This tab is the elected one, until its page is left or another takes over. */
  readonly isElected: boolean
  post(message: Message): void
  /** Elects this tab in place of the one that is. */
  takeOver(): void
  /** With a time in ms, nobody else is elected for so long. */
  leave(time?: number): void
}

interface TabsHandlers<Message> {
  onElected(): void
  onMessage(message: Message): void
  /** This tab has left, or has been robbed of its election. */
  onLeave(): void
  /** This tab has joined, or its page is shown again. */
  onReturn(): void
}

/** A tab that cannot know of the others is elected at once. */
export function createTabs<Message>(
  name: string,
  environment: Environment,
  { onElected, onMessage, onLeave, onReturn }: TabsHandlers<Message>,
): Tabs<Message> {
  let channel: BroadcastChannel | undefined
  let isJoined = false
  let isElected = false
  let unwatch = nothing
  let cancelFarewell = nothing
  const candidacy = createCandidacy(name, {
    onElected: elect,
    onRobbed() {
      // After `leave` it has only kept the others from being elected.
      if (!isJoined) return
      exit()
      enter()
    },
  })

  function enter(): void {
    isJoined = true
    const hear = ({ data }: MessageEvent): void => onMessage(data as Message)
    channel = hasTabs() ? openTabChannel(name, hear) : undefined
    if (!channel) return elect()
    onReturn()
    candidacy.stand()
  }

  function exit(): void {
    isJoined = false
    onLeave()
    isElected = false
    channel?.close()
    channel = undefined
  }

  function elect(): void {
    isElected = true
    onElected()
  }

  function send(message: unknown): void {
    // oxlint-disable-next-line require-post-message-target-origin -- that is a window's
    channel?.postMessage(message)
  }

  return {
    join() {
      cancelFarewell()
      unwatch = watchLife(environment, {
        /**
         * Lets another tab be elected at once, because a page that is left or frozen can do nothing. Also,
         * browsers keep no page that holds a lock in their back/forward cache.
         */
        onLeave() {
          exit()
          candidacy.withdraw()
        },
        onReturn() {
          if (isJoined) onReturn()
          else enter()
        },
      })
      enter()
    },
    get isJoined() {
      return isJoined
    },
    get isElected() {
      return isElected
    },
    post(message) {
      try {
        send(message)
      } catch {
        // It has a function, or something else that cannot be cloned: it is sent as JSON has it.
        send(JSON.parse(JSON.stringify(message)))
      }
    },
    takeOver: () => candidacy.stand(true),
    leave(time) {
      unwatch()
      exit()
      cancelFarewell()
      if (time === undefined) candidacy.withdraw()
      else cancelFarewell = environment.delay(candidacy.withdraw, time)
    },
  }
}
