import type { StatusNews, TabMessage } from './messages.js'
import type { Succession } from './succession.js'
import type { Tabs } from './tabs.js'

/** What a tab knows, whether it leads or follows. */
export interface TabState {
  readonly tabs: Tabs<TabMessage>
  lastEventId: string
  /** The newest status, to tell late tabs; undefined while no tab can have sent the request. */
  status: StatusNews | undefined
  readonly succession: Succession
}
