import type { Environment } from '../../../connection/environment.js'
import type { ChatMessage } from '../../../protocols/message/message.js'
import type { Chat } from '../chat-types.js'
import { isUnderWay } from '../messages.js'
import type { SavedValue } from '../../storage/saved-value.js'
import { lockName, requestLock } from './web-lock.js'

export interface Takeover {
  /**
   * Offers the unfinished ones of these messages, each while it is the last one shown. `isLoaded`: this
   * page found them when it was loaded, and was not told of them by another tab.
   */
  offer(messages: readonly ChatMessage[], isLoaded: boolean): void
  /** The chat has changed, has been saved as it is now, or was read again as its page is shown. */
  update(): void
  stop(): void
}

/** Milliseconds until a reply counts as left: time for its tab to reload, or for the news of its end. */
const grace = 1_000

/**
 * The tab that receives a reply holds a Web Lock named after it, and the tabs that could go on with it
 * wait for that lock. So it is received once, and another tab takes it over when the first is gone.
 * Without Web Locks, only a page that is loaded again goes on with it.
 */
export function createTakeover(
  chat: Chat,
  key: string,
  saved: Pick<SavedValue, 'isSaved' | 'refresh'>,
  { delay }: Environment,
): Takeover {
  /** The ids of the replies that this tab could go on with. */
  const unfinished = new Set<string | undefined>()
  /** This tab receives a reply, or has not saved its end yet. */
  let isReceiving = false
  /** Nobody has been receiving it for a while. */
  let isLeft = false
  /** The id of the reply whose lock this tab holds or waits for. */
  let lockedId: string | undefined
  let leave = (): void => {}
  /** How to leave the locks of replies whose ends may not be saved yet. */
  const ended: (() => void)[] = []

  /** The id of the last message shown, if this tab could go on with that. */
  function offeredId(): string | undefined {
    const id = chat.getSnapshot().messages.at(-1)?.id
    return unfinished.has(id) ? id : undefined
  }

  function update(): void {
    const { isLoading, reply } = chat.getSnapshot()
    if (isLoading) unfinished.delete(reply?.id)
    // A tab in the background does not take over: it would be slow, and nobody reads there.
    const takeableId = globalThis.document?.hidden ? undefined : offeredId()
    // The lock is held until the end is saved: a tab that got it before would receive the reply again.
    const isUnsaved = isReceiving && !saved.isSaved()
    isReceiving = isLoading || isUnsaved
    const id = isReceiving ? reply?.id : takeableId
    const isSame = id === lockedId
    if (!isSame) ended.push(leave)
    if (!isUnsaved) leaveEnded()
    if (isSame) return
    lockedId = id
    ask()
  }

  function leaveEnded(): void {
    for (const each of ended.splice(0)) each()
  }

  function ask(): void {
    if (!lockedId) return
    const lock = lockName('reply', key, lockedId)
    const mayGoOn = isLeft && !isReceiving
    leave = requestLock(lock, mayGoOn ? onTried : onHeld, mayGoOn)
  }

  function onHeld(): void {
    // This tab receives the reply itself, and holds the lock meanwhile.
    if (isReceiving) return
    // The tab that received it has gone, but may only be reloading: it gets time to come back.
    leave()
    leave = delay(() => {
      isLeft = true
      ask()
    }, grace)
  }

  async function onTried(isHeld: boolean): Promise<void> {
    isLeft = isHeld
    if (!isHeld) return ask()
    const heldId = lockedId
    // By now the other tab has saved how far it came, or that the reply is whole.
    await saved.refresh()
    // Again, because that may have been a reading that had begun before.
    await saved.refresh()
    // Or that there is another one, whose lock it waits for; or another branch is shown by now.
    if (lockedId === heldId && offeredId() === heldId) void chat.resume()
  }

  return {
    offer(messages, isLoaded) {
      for (const message of messages) {
        if (canGoOn(message, isLoaded)) unfinished.add(message.id)
        else unfinished.delete(message.id)
      }
      isLeft = isLoaded
      update()
    },
    update,
    stop() {
      unfinished.clear()
      leave()
      leaveEnded()
    },
  }
}

/**
 * Whether the reply can be resumed: one of an earlier page in any case, one of another tab only if that tab
 * has not ended it itself, or two tabs would try in turns what fails.
 */
function canGoOn(reply: ChatMessage, isLoaded: boolean): boolean {
  const { status, error, resumeUrl } = reply
  const isCut = isLoaded && status === 'interrupted' && error?.retryable !== false
  return !!resumeUrl && (isCut || isUnderWay(reply))
}
