import type { Context } from 'hono'
import { numberFrom } from '../streaming.js'
import type { Env } from '../streaming.js'

/** What a request to the faults stream asks for; `Infinity` where something is never to happen. */
export interface Plan {
  /** Events in all, over every connection. */
  events: number
  /** Milliseconds between two events. */
  interval: number
  /** The `retry:` field. */
  retry: number
  /** Whether events carry ids: without them nothing can be resumed. */
  ids: boolean
  /** Events of one connection before it is cut, inside the next one. */
  drop: number
  /** Events of one connection before it falls silent. */
  stall: number
  /** Milliseconds of that silence. */
  stallFor: number
  /** Events of one connection before it ends as if all were well. */
  end: number
  /** An HTTP status to answer with. */
  status: number | undefined
  /** Seconds in its Retry-After header. */
  retryAfter: number
  /** Whether to answer with a web page. */
  html: boolean
  /** Bytes in a piece, and milliseconds between two pieces. */
  drip: number
  dripInterval: number
  /** How often a fault strikes in its session. */
  times: number
}

export function readPlan(c: Context<Env>): Plan {
  const count = (name: string, fallback: number, most = Infinity): number =>
    Math.floor(numberFrom(c, name, fallback, [0, most]))
  const status = Math.floor(numberFrom(c, 'status', 0, [0, 599]))
  return {
    events: count('events', 30, 10_000),
    interval: count('interval', 400, 60_000),
    retry: count('retry', 1000, 60_000),
    ids: c.req.query('ids') !== '0',
    drop: count('drop', Infinity),
    stall: count('stall', Infinity),
    stallFor: count('stallFor', 86_400_000, 86_400_000),
    end: count('end', Infinity),
    status: status >= 400 ? status : undefined,
    retryAfter: count('retryAfter', 1, 60),
    html: c.req.query('type') === 'html',
    drip: count('drip', 0, 65_536),
    dripInterval: count('dripInterval', 20, 2000),
    times: count('times', c.req.query('session') === undefined ? Infinity : 1),
  }
}
