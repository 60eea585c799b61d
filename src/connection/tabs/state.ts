import type { Environment } from '../environment.js'
import type { StatusNews, TabMessage } from './messages.js'
import type { Succession } from './succession.js'

/** What a tab knows, whether it leads or follows. */
export interface TabState {
  /** Whether it takes part: from when it is opened, except while its page is left or frozen. */
  isJoined: boolean
  lastEventId: string
  /**
   * Whether it has taken the lock from a leader that began too late for it, and has read no event since.
   * Then it does not do so again: two tabs could take it from each other for ever.
   */
  hasReclaimed: boolean
  /** The newest one, for a tab that comes late; undefined as long as no tab can have sent the request. */
  status: StatusNews | undefined
  readonly succession: Succession
  /** Says something to the other tabs. */
  post(message: TabMessage): void
}

/** A name that no other tab makes up. */
export function uniqueName({ now, random }: Environment): string {
  return `${now()} ${random()}`
}
