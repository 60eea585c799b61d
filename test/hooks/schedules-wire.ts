/** What a client hears of its server, told at the moment when it hears it. */
import type { Exchange } from '../../src/testing/exchange.js'
import type { StreamServer } from '../../src/testing/stream-server.js'

/** What a model is told: never of an exchange that its client has left. */
export interface Hearer {
  onAnswer(status: number, headers: Headers): void
  /** What was sent at once: each send is read by itself. */
  onRead(text: string): void
  onEnd(): void
  onLost(): void
}

/** The server's `fetch`. `ask` is called for each request, before its client has heard anything. */
export function listeningFetch(
  server: StreamServer,
  ask: (exchange: Exchange) => Hearer | undefined,
): typeof fetch {
  return async (input, init) => {
    const answer = server.fetch(input, init)
    const hearer = ask(server.exchanges.at(-1)!)
    const hear = (tell: (hearer: Hearer) => void): void => {
      if (hearer && !init?.signal?.aborted) tell(hearer)
    }
    const lose = (error: unknown): never => {
      hear((each) => each.onLost())
      throw error
    }
    const { status, headers, body } = await answer.catch(lose)
    hear((each) => each.onAnswer(status, headers))
    const reader = body?.getReader()
    const stream = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader!.read().catch(lose)
          hear((each) => (done ? each.onEnd() : each.onRead(new TextDecoder().decode(value))))
          if (done) controller.close()
          else controller.enqueue(value)
        },
        cancel: (reason) => reader!.cancel(reason),
      },
      { highWaterMark: 0 },
    )
    return new Response(reader ? stream : null, { status, headers })
  }
}

/** Of one event, as it was sent. */
export function partsOf(sent: string): { type?: string; id?: string; data: string } {
  const fields = [...sent.matchAll(/^(event|id|data): ?(.*)$/gm)].map(([, name, value]) => [
    name,
    value,
  ])
  const { event: type, id, data } = Object.fromEntries(fields) as Record<string, string>
  return { type, id, data: data! }
}
