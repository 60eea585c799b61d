import { StreamError } from '../errors.js'
import type { EventFields } from '../formats/types.js'
import { logged } from './store/logged-event.js'
import type { LoggedEvent } from './store/stream-store.js'

/** Writes what a producer sends, in order. Events that come during a write are written together. */
export interface LogWriter {
  send(event: Pick<EventFields, 'event' | 'data'>): Promise<void>
  /** Resolves when all that was sent is stored; rejects if a write has. */
  stored(): Promise<void>
}

/** The most characters that wait to be stored. */
const maxWaiting = 1_048_576

/** The most events that a store is given at once, because it has only seconds to take them. */
const batch = 1_000

export function createLogWriter(
  /** Stores events after an offset. It is called again only when it has resolved, and not if it rejects. */
  append: (after: number, events: LoggedEvent[]) => Promise<void>,
): LogWriter {
  let waiting: LoggedEvent[] = []
  let waitingSize = 0
  let offset = 0
  /** The newest write, done or under way. */
  let current = Promise.resolve()
  /** The write after it, which takes all that comes meanwhile. */
  let next: Promise<void> | undefined

  async function write(): Promise<void> {
    const events = waiting
    waiting = []
    waitingSize = 0
    for (let start = 0; start < events.length; start += batch) {
      const some = events.slice(start, start + batch)
      await append(offset, some)
      offset += some.length
    }
  }

  return {
    send(event) {
      const entry = logged(event)
      if (waitingSize > maxWaiting) {
        const message = `Expected sends that are awaited, ${waitingSize} characters wait`
        throw new StreamError('too-large', message)
      }
      waiting.push(entry)
      waitingSize += (entry.event?.length ?? 0) + entry.data.length + 1
      next ??= current.then(() => {
        current = next!
        next = undefined
        return write()
      })
      next.catch(() => {}) // It need not be awaited.
      return next
    },
    stored: () => next ?? current,
  }
}
