import type { StreamStatus } from './types.js'

/** Whether a stream with this status is over, and not tried again. */
export function isFinal(status: StreamStatus): status is 'closed' | 'failed' {
  return status === 'closed' || status === 'failed'
}
