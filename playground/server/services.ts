import type { Streams } from 'brooklet/server'
import type { Notices } from './dashboard/notices.js'
import type { Environment } from './environment.js'
import type { Instances } from './instances/instances.js'

/** What every route is given. */
export interface Services {
  environment: Environment
  notices: Notices
  streams: Streams
  /** Where there is a Redis for them. */
  instances?: Instances
}
