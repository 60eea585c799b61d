/** What the routes share beyond Hono's streaming helpers. */
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { StreamingApi } from 'hono/utils/stream'

/** Outside Node's server (`app.request()` in tests) there are no bindings. */
export interface Env {
  Bindings: Partial<HttpBindings> | undefined
}

/** Headers without which a proxy or a browser holds a stream back. */
export const streamHeaders: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  const headers = c.res.headers
  headers.set('X-Content-Type-Options', 'nosniff')
  if (!headers.has('Cache-Control') || headers.get('Cache-Control') === 'no-cache') {
    headers.set('Cache-Control', 'no-cache, no-transform')
  }
  if (!headers.has('Content-Length')) headers.set('X-Accel-Buffering', 'no')
}

/** Aborts when the client leaves. */
export function clientSignal(stream: StreamingApi): AbortSignal {
  const controller = new AbortController()
  if (stream.aborted) controller.abort()
  stream.onAbort(() => controller.abort())
  return controller.signal
}

/** Destroys the socket, so that the client sees a broken connection and not an end. */
export async function cutConnection(c: Context<Env>, stream: StreamingApi): Promise<void> {
  // What was written is on its way only after the current tick.
  await new Promise((resolve) => setImmediate(resolve))
  if (c.env?.outgoing) c.env.outgoing.destroy()
  else stream.abort()
}

export function lastEventId(c: Context<Env>): number | undefined {
  const id = c.req.header('Last-Event-ID')
  return id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : undefined
}

/** A number from the query, within bounds; the fallback where it is absent or none. */
export function numberFrom(
  c: Context<Env>,
  name: string,
  fallback: number,
  [least, most]: readonly [number, number],
): number {
  const text = c.req.query(name)
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : fallback
}

/** The one shape of this server's own errors. */
export function refuse(c: Context<Env>, status: ContentfulStatusCode, message: string): Response {
  return c.json({ error: { message } }, status)
}

/** Refuses a body of more bytes. */
export function limitBody(maxSize: number): MiddlewareHandler<Env> {
  const onError = (c: Context<Env>): Response => refuse(c, 413, `More than ${maxSize} bytes`)
  return bodyLimit({ maxSize, onError })
}
