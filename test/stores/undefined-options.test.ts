// An option that is `undefined` is one that is not given, as in `headers: token ? { … } : undefined`.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RequestOptions, RetryOptions } from '../../src/connection/types.js'
import { createChat } from '../../src/stores/chat/chat.js'
import type { ChatOptions } from '../../src/stores/chat/chat-types.js'
import type { AnyOptions } from '../../src/stores/events/event-stream-seam.js'
import { createEventStream } from '../../src/stores/events/event-stream.js'
import { createTaskManager } from '../../src/stores/tasks/task-manager.js'
import type { TaskManagerOptions } from '../../src/stores/tasks/task-types.js'
import { createTestClock } from '../support/clock.js'

// The default URLs are relative.
beforeEach(() => void vi.stubGlobal('location', new URL('https://a.test/page')))
afterEach(() => void vi.unstubAllGlobals())

/** All of them, so that none is forgotten here. */
type Undefined<Options> = Record<keyof Options, undefined>

const request: Undefined<RequestOptions> = {
  method: undefined,
  headers: undefined,
  body: undefined,
  credentials: undefined,
  fetch: undefined,
  format: undefined,
  retry: undefined,
  connectTimeout: undefined,
  idleTimeout: undefined,
  maxEventSize: undefined,
  signal: undefined,
}

const events: Undefined<AnyOptions<string, string>> = {
  ...request,
  lastEventId: undefined,
  closeOn: undefined,
  share: undefined,
  key: undefined,
  parse: undefined,
  initial: undefined,
  reduce: undefined,
  events: undefined,
  onEvent: undefined,
  onOpen: undefined,
  onError: undefined,
  onClose: undefined,
}

const chat: Undefined<ChatOptions> = {
  ...request,
  id: undefined,
  url: undefined,
  protocol: undefined,
  initialMessages: undefined,
  resumeUrl: undefined,
  cancelRequest: undefined,
  onEvent: undefined,
  onFinish: undefined,
  onError: undefined,
}

const tasks: Undefined<TaskManagerOptions> = {
  ...request,
  url: undefined,
  protocol: undefined,
  stream: undefined,
  concurrency: undefined,
  weight: undefined,
  keepCanceled: undefined,
  cancelRequest: undefined,
  onEvent: undefined,
  onTaskDone: undefined,
  onTaskError: undefined,
}

const retry: Undefined<RetryOptions> = {
  attempts: undefined,
  minDelay: undefined,
  maxDelay: undefined,
  jitter: undefined,
  replay: undefined,
  shouldRetry: undefined,
}

/** A server that refuses once, then answers and breaks off. `asked` is what it was asked for, and when. */
function createServer() {
  const asked: unknown[] = []
  const clock = createTestClock((url, { headers, method, body, credentials } = {}) => {
    asked.push([clock.now(), url, [...(headers as Headers)], method, body, credentials])
    if (asked.length === 1) return Promise.resolve(new Response('later', { status: 503 }))
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('id: 1\ndata: {"content":"Hi"}\n\n'))
        controller.error(new TypeError('terminated'))
      },
    })
    const type = 'text/event-stream'
    return Promise.resolve(new Response(stream, { headers: { 'content-type': type } }))
  })
  return { asked, clock }
}

type Begin = (options: object, clock: ReturnType<typeof createTestClock>) => () => unknown

const stores: [name: string, all: object, begin: Begin][] = [
  [
    'an event stream',
    events,
    (options, clock) => {
      const stream = createEventStream('https://a.test/events', options, clock)
      stream.open()
      return stream.getSnapshot
    },
  ],
  [
    'a chat',
    chat,
    (options, clock) => {
      const { sendMessage, getSnapshot } = createChat(options, clock)
      void sendMessage('Hello')
      return getSnapshot
    },
  ],
  [
    'a task manager',
    tasks,
    (options, clock) => {
      const { startTask, cancelTask, getSnapshot } = createTaskManager(options, clock)
      const inputs = ['one', { prompt: 'two' }, 'three', 'four', 'five', 'six']
      for (const [n, input] of inputs.entries()) startTask(input, { id: `${n}` })
      cancelTask('5')
      return getSnapshot
    },
  ],
]

describe.each(stores)('%s', (_, all, begin) => {
  async function run(options: object) {
    const { asked, clock } = createServer()
    const snapshot = begin(options, clock)
    await clock.advance(10_000)
    return { asked, snapshot: snapshot() }
  }

  test.each([
    ['all its options', all],
    ['all that may be given of retry', { ...all, retry }],
  ])('does with %s undefined what it does without', async (_name, options) => {
    const usual = await run({})
    expect(usual.asked.length).toBeGreaterThan(1)
    expect(await run(options)).toEqual(usual)
  })
})
