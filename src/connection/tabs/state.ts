import type { StatusNews, TabMessage } from './messages.js'
import type { Succession } from './succession.js'

/** What a tab knows, whether it leads or follows. */
export interface TabState {
  /** Whether it takes part: from when it is opened, except while its page is left or frozen. */
  readonly isJoined: boolean
  lastEventId: string
  /** The newest status, to tell late tabs; undefined while no tab can have sent the request. */
  status: StatusNews | undefined
  readonly succession: Succession
  /** Says something to the other tabs. */
  post(message: TabMessage): void
}
