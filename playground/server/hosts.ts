import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { refuse } from './streaming.js'
import type { Env } from './streaming.js'

/**
 * Answers only under names that are this machine's: a foreign name that was made to resolve to it
 * (DNS rebinding) would let any web page use the model's key.
 */
export function onlyOwnHosts(own: string): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { hostname } = new URL(c.req.url)
    const local = hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === own
    if (!local && isIP(hostname.replace(/^\[|\]$/g, '')) === 0) {
      return refuse(c, 403, `The playground does not answer as ${hostname}`)
    }
    return next()
  }
}
