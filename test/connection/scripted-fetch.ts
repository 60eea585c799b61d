/** A server in the same process: the test decides when its headers and each of its chunks come. */
export interface Exchange {
  url: string
  init: RequestInit
  headers: Headers
  /** The response's headers, and from then on its body. */
  open(headers?: HeadersInit, status?: number): void
  send(chunk: string | Uint8Array): void
  end(): void
  /** The connection breaks, before or after its headers. */
  cut(): void
  /** A whole answer. */
  answer(status: number, body?: string, headers?: HeadersInit): void
  /** The client has let go of the body. */
  isCanceled(): boolean
}

export interface ScriptedFetch {
  fetch: typeof fetch
  exchanges: Exchange[]
  /** The newest exchange. */
  readonly last: Exchange
}

export const sse = { 'content-type': 'text/event-stream' }

/** `deaf`: a fetch that does not react to its signal, as mocks and instrumented ones do. */
export function scriptedFetch({ deaf = false } = {}): ScriptedFetch {
  const exchanges: Exchange[] = []
  return {
    exchanges,
    get last() {
      return exchanges.at(-1)!
    },
    fetch: (input, init = {}) =>
      new Promise<Response>((resolve, reject) => {
        exchanges.push(createExchange(String(input), init, deaf, resolve, reject))
      }),
  }
}

function createExchange(
  url: string,
  init: RequestInit,
  deaf: boolean,
  resolve: (response: Response) => void,
  reject: (reason: unknown) => void,
): Exchange {
  let canceled = false
  let body: ReadableStreamDefaultController<Uint8Array> | undefined
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      body = controller
    },
    cancel() {
      canceled = true
    },
  })
  function fail(reason: unknown): void {
    reject(reason)
    if (!canceled) body?.error(reason)
  }
  if (!deaf) init.signal?.addEventListener('abort', () => fail(init.signal?.reason))

  return {
    url,
    init,
    headers: new Headers(init.headers),
    open: (headers = sse, status = 200) => resolve(new Response(stream, { headers, status })),
    send(chunk) {
      if (canceled || (init.signal?.aborted && !deaf)) return
      body?.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
    },
    end: () => body?.close(),
    cut: () => fail(new TypeError('the network is gone')),
    answer: (status, text, headers = {}) => resolve(new Response(text, { headers, status })),
    isCanceled: () => canceled,
  }
}
