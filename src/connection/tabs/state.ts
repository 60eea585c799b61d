import type { Environment } from '../environment.js'
import type { StatusNews, TabMessage } from './messages.js'
import type { Succession } from './succession.js'

/** What a tab has, whether it leads or follows. */
export interface TabState {
  /** In the channel; not so while the page is left. */
  isJoined: boolean
  lastEventId: string
  /** Some tab may have sent the request. */
  hasBegun: boolean
  /** It has taken the lock back from a leader that began later, and has read no event since: it may not again, lest two tabs take it from each other for ever. */
  hasReclaimed: boolean
  /** The newest one, for a tab that is late. */
  status: StatusNews | undefined
  readonly succession: Succession
  /** Says something to the other tabs. */
  post(message: TabMessage): void
}

/** One that no other tab gives. */
export function newName({ now, random }: Environment): string {
  return `${now()} ${random()}`
}
