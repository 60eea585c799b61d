import type { Environment } from '../../../connection/environment.js'
import type { ChatMessage } from '../../../protocols/message/message.js'
import type { Chat } from '../chat-types.js'
import type { SavedValue } from '../../storage/storage.js'

export interface Takeover {
  /**
   * The conversation ends with a reply that is not finished, or no longer does. `isLoaded`: this page
   * found it when it was loaded, and no other tab has just told of it.
   */
  offer(reply: ChatMessage | undefined, isLoaded: boolean): void
  /** What was saved is shown. */
  restored(): void
  /** The chat is saved, as it is now. */
  update(): void
  stop(): void
}

/** Milliseconds until a reply counts as left: for its tab to be loaded again, or its end to be heard of. */
const grace = 1_000

/**
 * The tab that receives a reply holds a lock in its name, and the tabs that could go on with it wait for
 * that lock. So it is received once, and another tab takes it over when the first is gone. Where there
 * are no locks, only a page that was loaded anew goes on with it.
 */
export function createTakeover(
  chat: Chat,
  key: string,
  saved: Pick<SavedValue, 'isSaved' | 'refresh'>,
  { delay, watchPage }: Environment,
): Takeover {
  /** The reply that this tab could go on with. */
  let offered: ChatMessage | undefined
  /** This tab receives a reply, or has not saved its end. */
  let isReceiving = false
  /** Nobody has received it for a while. */
  let isLeft = false
  /** The name of the lock that this tab holds or waits for. */
  let lock: string | undefined
  let leave = (): void => {}

  function update(): void {
    const { isLoading, reply } = chat.getSnapshot()
    if (isLoading) offered = undefined
    // A tab in the background does not take over: it would be slow, and nobody reads there.
    const takeable = isVisible() ? offered : undefined
    // Whom the reply is left to before its end is saved receives it again.
    isReceiving = isLoading || (isReceiving && !saved.isSaved())
    const wanted = isReceiving ? reply : takeable
    const next = wanted && `brooklet-reply:${key}:${wanted.id}`
    if (next === lock) return
    leave()
    lock = next
    if (hasLocks()) ask()
  }

  function ask(): void {
    if (!lock) return
    const mayGoOn = offered && isLeft
    leave = mayGoOn ? requestLock(lock, onTried, true) : requestLock(lock, onHeld)
  }

  function onHeld(): void {
    // This tab receives the reply itself, and holds the lock meanwhile.
    if (!offered) return
    // The tab that received it has gone, but may only be loading again: it gets time to come back.
    leave()
    leave = delay(() => {
      isLeft = true
      ask()
    }, grace)
  }

  async function onTried(isHeld: boolean): Promise<void> {
    isLeft = isHeld
    if (!isHeld) return ask()
    // By now the other tab has saved how far it came, or that the reply is whole.
    await saved.refresh()
    // That may have been a reading which had begun before.
    await saved.refresh()
    goOn()
  }

  function goOn(): void {
    if (!offered) return
    const last = chat.getSnapshot().messages.at(-1)
    if (last?.id === offered.id) void chat.resume().catch(() => {})
    offered = undefined
    update()
  }

  const unwatchPage = watchPage((change) => {
    if (change === 'visibilitychange') update()
  })

  return {
    offer(reply, isLoaded) {
      offered = reply
      isLeft = isLoaded
      update()
    },
    restored() {
      if (!hasLocks()) goOn()
    },
    update,
    stop() {
      offered = undefined
      unwatchPage()
      leave()
    },
  }
}

/** Waits for a lock, or only tries to get it, and holds it until it is left. */
function requestLock(
  name: string,
  onAnswer: (isHeld: boolean) => unknown,
  ifAvailable = false,
): () => void {
  const leaving = new AbortController()
  const { signal } = leaving

  function answer(lock: Lock | null): Promise<void> | undefined {
    if (signal.aborted) return undefined
    onAnswer(lock !== null)
    // The answer may have been to leave it.
    if (!lock || signal.aborted) return undefined
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
  }

  async function request(): Promise<void> {
    // Left at once, as in strict mode, which mounts twice: it must not be in its own successor's way.
    await Promise.resolve()
    if (signal.aborted) return
    try {
      await navigator.locks.request(name, ifAvailable ? { ifAvailable } : { signal }, answer)
    } catch {
      // No locks for this page, in a sandboxed frame for one; or it was left.
      if (ifAvailable && !signal.aborted) onAnswer(true)
    }
  }

  void request()
  return () => leaving.abort()
}

function hasLocks(): boolean {
  return globalThis.navigator?.locks !== undefined
}

function isVisible(): boolean {
  return !globalThis.document?.hidden
}
