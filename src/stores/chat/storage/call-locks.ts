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
   * Calls back if no tab runs the call or, if the server runs it, receives its reply; and only when what
   * came of it is known here.
   */
  ifFree(waiting: WaitingCall, act: () => void): void
  /** To be called when all is saved. */
  leaveEnded(): void
}

export function createCallLocks(
  key: string,
  { isSaved, refresh }: Pick<SavedValue, 'isSaved' | 'refresh'>,
): CallLocks {
  /** How to leave the locks of calls whose ends may not be saved yet. */
  const ended: (() => void)[] = []

  function leaveEnded(): void {
    for (const leave of ended.splice(0)) leave()
  }

  return {
    hold(place) {
      const leave = requestLock(lockName('call', key, keyOf(place)), () => {}, false)
      return () => {
        ended.push(leave)
        if (isSaved()) leaveEnded()
      }
    },
    ifFree({ place, call }, act) {
      const name = call.approval
        ? lockName('reply', key, place.messageId)
        : lockName('call', key, keyOf(place))

      async function onTried(isFree: boolean): Promise<void> {
        if (isFree) {
          await refresh()
          act()
        }
        leave()
      }
      const leave = requestLock(name, onTried, true)
    },
    leaveEnded,
  }
}
