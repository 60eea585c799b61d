import { createChat } from '../../../src/stores/chat/chat.js'
import type { Chat, ChatOptions } from '../../../src/stores/chat/chat-types.js'
import { createTestClock, settle, type TestClock } from '../../support/clock.js'

/** A request that a chat sent, and what the test lets the server do with it. */
export interface Call {
  url: string
  method: string
  headers: Headers
  /** The body as JSON, as text where it is none, `undefined` where there is none. */
  body: unknown
  credentials: RequestCredentials | undefined
  keepalive: boolean | undefined
  signal: AbortSignal
  /** Answers with the headers of a stream, as `write` and `send` do where nothing has yet. */
  open(init?: { type?: string; status?: number; headers?: Record<string, string> }): Promise<void>
  /** Server-sent events with these data, objects as JSON; strings of the caller as they are. */
  send(...data: (string | object)[]): Promise<void>
  write(bytes: string | Uint8Array): Promise<void>
  /** Ends the body as it should end; who left before is not told. */
  end(): Promise<void>
  /** Cuts the connection, before an answer or within it. */
  cut(): Promise<void>
  /** Answers at once, with all there is. */
  answer(status: number, body: string | null, type?: string): Promise<void>
}

export interface TestServer {
  fetch: typeof globalThis.fetch
  calls: Call[]
}

/** A `fetch` whose every answer is the test's to give. */
export function createTestServer(): TestServer {
  const calls: Call[] = []
  const fetch: typeof globalThis.fetch = (url, init = {}) =>
    new Promise((resolve, reject) => {
      calls.push(createCall(String(url), init, resolve, reject))
    })
  return { fetch, calls }
}

function createCall(
  url: string,
  init: RequestInit,
  resolve: (response: Response) => void,
  reject: (error: unknown) => void,
): Call {
  const encoder = new TextEncoder()
  let body: ReadableStreamDefaultController<Uint8Array>
  const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) })
  let isOpen = false
  const signal = init.signal!
  signal?.addEventListener('abort', () => reject(signal.reason))

  const call: Call = {
    url,
    method: init.method ?? 'GET',
    headers: new Headers(init.headers),
    body: parsed(init.body),
    credentials: init.credentials,
    keepalive: init.keepalive,
    signal,
    async open({ type = 'text/event-stream', status = 200, headers } = {}) {
      isOpen = true
      resolve(new Response(stream, { status, headers: { 'content-type': type, ...headers } }))
      await settle()
    },
    async send(...data) {
      await call.write(data.map((each) => `data: ${written(each)}\n\n`).join(''))
    },
    async write(bytes) {
      if (!isOpen) await call.open()
      body.enqueue(typeof bytes === 'string' ? encoder.encode(bytes) : bytes)
      await settle()
    },
    async end() {
      if (!signal.aborted) body.close()
      await settle()
    },
    async cut() {
      const error = new TypeError('terminated')
      reject(error)
      body.error(error)
      await settle()
    },
    async answer(status, text, type = 'application/json') {
      resolve(new Response(text, { status, headers: { 'content-type': type } }))
      await settle()
      await settle()
    },
  }
  return call
}

function parsed(body: BodyInit | null | undefined): unknown {
  if (typeof body !== 'string') return body ?? undefined
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

function written(data: string | object): string {
  return typeof data === 'string' ? data : JSON.stringify(data)
}

export interface TestChat {
  chat: Chat
  clock: TestClock
  calls: Call[]
  /** The newest request, once it has been sent. */
  nextCall(): Promise<Call>
  /** Sends a message, and gives the request for its reply. */
  say(message: Parameters<Chat['sendMessage']>[0]): Promise<Call>
}

/** A chat over a test server and a test clock. */
export function startChat(options?: ChatOptions): TestChat {
  const { fetch, calls } = createTestServer()
  const clock = createTestClock(fetch)
  // Given by the page, `fetch` may resolve a relative URL, in Node as well.
  const chat = createChat({ fetch, ...options }, clock)
  async function nextCall(): Promise<Call> {
    await settle()
    return calls.at(-1)!
  }
  function say(message: Parameters<Chat['sendMessage']>[0]): Promise<Call> {
    void chat.sendMessage(message)
    return nextCall()
  }
  return { chat, clock, calls, nextCall, say }
}

/** `{"content":"…"}`, the delta of the tutorials. */
export function delta(content: string): { content: string } {
  return { content }
}

/** What a promise came to: its value, or the error that it rejected with. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise
  } catch (error) {
    return error
  }
}
