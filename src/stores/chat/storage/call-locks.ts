import type { SavedValue } from '../../storage/saved-value.js'
import { keyOf, type Place, type WaitingCall } from '../tools/tool-calls.js'
import { lockName, requestLock } from './web-lock.js'

/**
 * The tab that runs a tool call holds a Web Lock named after it until its end is saved, so that no other
 * tab runs it as well, and another one can if the first is gone.
 */
export interface CallLocks {
  /** This tab runs the call. Returns how to tell that it has ended. */
  hold(place: Place): () => void
  /**
   * Calls back if no other tab runs the call or, if the server runs it, receives its reply; and only when
   * what came of it is known here.
   */
  ifFree(waiting: WaitingCall, act: () => void): void
  /** To be called when all is saved. */
  leaveEnded(): void
}

export function createCallLocks(
  key: string,
  { isSaved, refresh }: Pick<SavedValue, 'isSaved' | 'refresh'>,
): CallLocks {
  /** By its name: how to leave a lock that this tab holds. */
  const held = new Map<string, () => void>()
  /** The names of those whose calls have ended, though that may not be saved yet. */
  const ended = new Set<string>()

  function leaveEnded(): void {
    if (!isSaved()) return
    for (const name of ended) {
      held.get(name)!()
      held.delete(name)
    }
    ended.clear()
  }

  function nameOf(place: Place): string {
    return lockName('call', key, keyOf(place))
  }

  return {
    hold(place) {
      const name = nameOf(place)
      const leave = held.get(name) ?? requestLock(name, () => {}, false)
      held.set(name, leave)
      ended.delete(name)
      return () => {
        ended.add(name)
        leaveEnded()
      }
    },
    ifFree({ place, call }, act) {
      const isOfServer = call.approval && call.state === 'running'
      const name = isOfServer ? lockName('reply', key, place.messageId) : nameOf(place)
      if (held.has(name)) return act()

      async function onTried(isFree: boolean): Promise<void> {
        if (!isFree) return
        await refresh()
        // Again, because that may have been a reading that had begun before.
        await refresh()
        held.set(name, leave)
        ended.add(name)
        // If this tab runs the call now, it goes on holding the lock.
        act()
        leaveEnded()
      }
      const leave = requestLock(name, onTried, true)
    },
    leaveEnded,
  }
}
