import type { Environment } from '../../../connection/environment.js'
import type { ChatMessage } from '../../../protocols/message/message.js'
import type { Chat } from '../chat-types.js'
import { isUnderWay } from '../messages.js'
import type { SavedValue } from '../../storage/storage.js'

export interface Takeover {
  /**
   * Offers the reply at the end of these messages, if it is unfinished. `isLoaded`: this page found it
   * when it was loaded, and was not told of it by another tab.
   */
  offer(messages: readonly ChatMessage[], isLoaded: boolean): void
  /** What was saved is shown. */
  restored(): void
  /** The chat has been saved as it is now. */
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
  { delay, watchPage }: Environment,
): Takeover {
  /** The reply that this tab could go on with. */
  let offered: ChatMessage | undefined
  /** This tab receives a reply, or has not saved its end yet. */
  let isReceiving = false
  /** Nobody has been receiving it for a while. */
  let isLeft = false
  /** The name of the lock that this tab holds or waits for. */
  let lock: string | undefined
  let leave = (): void => {}

  /**
   * The last reply, if it can be resumed: one of an earlier page in any case, one of another tab only if
   * that tab has not ended it itself, or two tabs would try in turns what fails.
   */
  function unfinished(
    messages: readonly ChatMessage[],
    isLoaded: boolean,
  ): ChatMessage | undefined {
    const lastId = chat.getSnapshot().messages.at(-1)?.id
    const last = messages.find(({ id }) => id === lastId)
    if (!last?.resumeUrl) return undefined
    const isCut = last.status === 'interrupted' && last.error?.retryable !== false
    return isUnderWay(last) || (isCut && isLoaded) ? last : undefined
  }

  function update(): void {
    const { isLoading, reply } = chat.getSnapshot()
    if (isLoading) offered = undefined
    // A tab in the background does not take over: it would be slow, and nobody reads there.
    const takeable = isVisible() ? offered : undefined
    // The lock is held until the end is saved: a tab that got it before would receive the reply again.
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
    const held = lock
    // By now the other tab has saved how far it came, or that the reply is whole.
    await saved.refresh()
    // Again, because that may have been a reading that had begun before.
    await saved.refresh()
    // Or that there is another one, whose lock it waits for.
    if (lock === held) goOn()
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
    offer(messages, isLoaded) {
      offered = unfinished(messages, isLoaded)
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

/** Waits for a lock, or with `ifAvailable` only tries to get it, and holds it. Returns how to leave it. */
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
    // `onAnswer` may have left it.
    if (!lock || signal.aborted) return undefined
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
  }

  async function request(): Promise<void> {
    // It may be left at once, as in StrictMode, and must not be in the way of the next request then.
    await Promise.resolve()
    if (signal.aborted) return
    try {
      await navigator.locks.request(name, ifAvailable ? { ifAvailable } : { signal }, answer)
    } catch {
      // This page may use no locks, as in a sandboxed frame; or the request was aborted.
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
