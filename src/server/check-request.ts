/** Throws for what is no web request: in plain JavaScript nothing else tells what to pass. */
export function checkRequest({ headers }: { headers?: Partial<Headers> }): void {
  if (typeof headers?.get === 'function') return
  throw new TypeError(
    'Expected a Request of the web: in Hono, pass c.req.raw; in Express, Fastify and Node, use nodeHandler',
  )
}
