import { createStreamServer, type Exchange, type ReceivedRequest } from 'brooklet/testing'

/** One step of an answer. `held` resolves when the play function says `release()`. */
export type Step = (exchange: Exchange, held: () => Promise<void>) => void | Promise<void>

/** The steps of each request in turn, or a function that finds them by the request. */
export type Script = readonly Step[][] | ((request: ReceivedRequest) => Step[])

export interface ScriptedServer {
  fetch: typeof fetch
  readonly exchanges: readonly Exchange[]
  /** Lets the answer to the request with this index go on after its next `hold`. */
  release(index: number): void
}

/** The response's status line and headers: from here on its body is a stream. */
export function open(contentType = 'text/event-stream', headers?: Record<string, string>): Step {
  return (exchange) => exchange.open({ headers: { 'content-type': contentType, ...headers } })
}

/** A whole answer that is no stream: an error page, an error's JSON. */
export function answer(status: number, body: string, contentType = 'application/json'): Step {
  return (exchange) => exchange.respond(status, body, { 'content-type': contentType })
}

/** A piece of the body. */
export function emit(text: string): Step {
  return (exchange) => exchange.write(text)
}

/** Waits for `release()`. */
export const hold: Step = (_, held) => held()

/** The body ends cleanly. */
export const end: Step = (exchange) => exchange.end()

/** The connection breaks. */
export const cut: Step = (exchange) => exchange.cut()

/**
 * A server inside the page, which answers each request step by step. A `hold` waits until the play
 * function (or nobody, in the documentation) says `release()`. No timers: each state lasts as long as
 * the play function looks at it.
 */
export function scriptedServer(script: Script): ScriptedServer {
  const holds = new Map<number, Hold>()

  function holdOf(index: number): Hold {
    const hold = holds.get(index) ?? createHold()
    holds.set(index, hold)
    return hold
  }

  const { fetch, exchanges } = createStreamServer({
    async handler(exchange) {
      const index = exchanges.indexOf(exchange)
      const steps = typeof script === 'function' ? script(exchange.request) : script[index]
      if (!steps) return exchange.cut(new TypeError(`The story has no answer to request ${index}`))
      for (const step of steps) await step(exchange, holdOf(index).wait)
    },
  })
  return { fetch, exchanges, release: (index) => holdOf(index).release() }
}

interface Hold {
  release(): void
  wait(): Promise<void>
}

/** A release that comes before its `hold` is kept for it. */
function createHold(): Hold {
  let released = 0
  const waiting: (() => void)[] = []
  return {
    release() {
      const next = waiting.shift()
      if (next) next()
      else released += 1
    },
    wait() {
      if (released === 0) return new Promise((resolve) => waiting.push(resolve))
      released -= 1
      return Promise.resolve()
    },
  }
}
