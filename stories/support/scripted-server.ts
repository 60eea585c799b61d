/**
 * A server inside the page. A story writes its answers step by step; a `hold` waits until the play
 * function (or nobody, in the documentation) says `release()`. No timers: each state lasts as long as
 * the play function looks at it.
 */
export type Step = (answer: Answer) => void | Promise<void>

/** What the steps of one answer have to work with. */
interface Answer {
  respond(body: BodyInit | ReadableStream<Uint8Array>, init: ResponseInit): void
  stream: ReadableStream<Uint8Array>
  emit(text: string): void
  end(): void
  cut(): void
  held(): Promise<void>
}

export interface RecordedRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  /** What was sent as JSON. */
  readonly json: unknown
  /** The page has let go of the connection: the server sees a disconnect. */
  readonly isClosed: boolean
}

/** The steps of each request in turn, or a function that finds them by the request. */
export type Script = readonly Step[][] | ((request: RecordedRequest, index: number) => Step[])

export interface ScriptedServer {
  fetch: typeof fetch
  readonly requests: readonly RecordedRequest[]
  /** Lets the answer to the request with this index go on after its next `hold`. */
  release(index: number): void
}

/** The response's status line and headers: from here on its body is a stream. */
export function open(contentType = 'text/event-stream', headers?: Record<string, string>): Step {
  return ({ respond, stream }) =>
    respond(stream, { headers: { 'content-type': contentType, ...headers } })
}

/** A whole answer that is no stream: an error page, an error's JSON. */
export function answer(status: number, body: string, contentType = 'application/json'): Step {
  return ({ respond }) => respond(body, { status, headers: { 'content-type': contentType } })
}

/** A piece of the body. */
export function emit(text: string): Step {
  return (answer) => answer.emit(text)
}

/** Waits for `release()`. */
export const hold: Step = (answer) => answer.held()

/** The body ends cleanly. */
export const end: Step = (answer) => answer.end()

/** The connection breaks. */
export const cut: Step = (answer) => answer.cut()

export function scriptedServer(script: Script): ScriptedServer {
  const requests: RecordedRequest[] = []
  const holds = new Map<number, Hold>()

  function holdOf(index: number): Hold {
    const hold = holds.get(index) ?? createHold()
    holds.set(index, hold)
    return hold
  }

  function request(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const index = requests.length
    return new Promise((resolve, reject) => {
      const exchange = createExchange(String(input), init, holdOf(index), resolve, reject)
      requests.push(exchange.request)
      const steps = typeof script === 'function' ? script(exchange.request, index) : script[index]
      if (steps) void play(steps, exchange.answer)
      else reject(new TypeError(`The story has no answer to request ${index}`))
    })
  }

  return { fetch: request, requests, release: (index) => holdOf(index).release() }
}

async function play(steps: readonly Step[], answer: Answer): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- they are steps
  for (const step of steps) await step(answer)
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

function createExchange(
  input: string,
  init: RequestInit,
  hold: Hold,
  resolve: (response: Response) => void,
  reject: (reason: unknown) => void,
): { request: RecordedRequest; answer: Answer } {
  const url = new URL(input, location.href)
  const encoder = new TextEncoder()
  let isClosed = false
  let body!: ReadableStreamDefaultController<Uint8Array>
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      body = controller
    },
    cancel() {
      isClosed = true
    },
  })

  function fail(reason: unknown): void {
    reject(reason)
    if (!isClosed) body.error(reason)
    isClosed = true
  }
  init.signal?.addEventListener('abort', () => fail(init.signal?.reason))

  return {
    request: {
      url,
      method: init.method ?? 'GET',
      headers: new Headers(init.headers),
      json: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      get isClosed() {
        return isClosed
      },
    },
    answer: {
      respond(given, responseInit) {
        const response = new Response(given, responseInit)
        // A response made by hand has no URL; one from a network has.
        resolve(Object.defineProperty(response, 'url', { value: url.href }))
      },
      stream,
      emit: (text) => void (isClosed || body.enqueue(encoder.encode(text))),
      end: () => void (isClosed || body.close()),
      cut: () => fail(new TypeError('the network is gone')),
      held: hold.wait,
    },
  }
}
