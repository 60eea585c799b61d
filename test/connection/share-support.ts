import { connectShared } from '../../src/connection/share.js'
import type { Connection, RequestOptions, Sharing } from '../../src/connection/types.js'
import { StreamError } from '../../src/errors.js'
import { createTestClock, type TestClock } from '../support/clock.js'
import { scriptedFetch, type ScriptedFetch } from './scripted-fetch.js'

/** One who listens to a shared connection. */
export interface TestListener {
  connection: Connection
  /** What it was told: `connecting`, `open`, `a` (an event's data), `failed 1: network`. */
  log: string[]
  errors: StreamError[]
  responses: Response[]
  /** What it knew when it was asked whether that was all: its log, then its last event id. */
  ends: string[][]
  /** Called with each entry of the log. */
  onLog(entry: string): void
}

/** Everything that shares an environment is one page. */
export interface TestPage {
  server: ScriptedFetch
  clock: TestClock
  listen(options?: RequestOptions, sharing?: Sharing & { url?: string }): TestListener
  /** The server sends, and the listeners hear it. */
  send(chunk: string): Promise<void>
}

export function createPage(
  clock?: TestClock,
  server = scriptedFetch(),
  connect = connectShared,
): TestPage {
  const own = clock ?? createTestClock(server.fetch)
  return {
    server,
    clock: own,
    listen: (options, sharing) => listen(connect, own, options, sharing),
    async send(chunk) {
      server.last.send(chunk)
      await own.advance(0)
    },
  }
}

export interface Opened extends TestPage {
  first: TestListener
}

/** A page whose first listener has an open stream and one event. */
export async function opened(
  options?: RequestOptions,
  event = 'id: 1\ndata: a\n\n',
): Promise<Opened> {
  const page = createPage()
  const first = page.listen(options)
  first.connection.open()
  await page.clock.advance(0)
  page.server.last.open()
  await page.send(event)
  return { ...page, first }
}

const defaults = { attempts: Infinity, minDelay: 1_000, maxDelay: 30_000, connectTimeout: 30_000 }

function listen(
  connect: typeof connectShared,
  clock: TestClock,
  options: RequestOptions & { lastEventId?: string } = {},
  { url = 'https://example.test/events', share = true, key }: Sharing & { url?: string } = {},
): TestListener {
  const listener: Omit<TestListener, 'connection'> = {
    log: [],
    errors: [],
    responses: [],
    ends: [],
    onLog() {},
  }
  function write(entry: string): void {
    listener.log.push(entry)
    result.onLog(entry)
  }
  const { lastEventId } = options
  const connection = connect(
    { url: () => url, options: () => options, defaults, lastEventId },
    {
      onStatus(status, { attempt, error }) {
        if (error) listener.errors.push(error)
        write(`${status}${attempt ? ` ${attempt}` : ''}${error ? `: ${error.code}` : ''}`)
      },
      onOpen(response) {
        listener.responses.push(response)
        write('open')
      },
      onEvent: ({ data }) => write(data),
      onId: () => write(`id ${connection.lastEventId}`),
      onEnd() {
        listener.ends.push([...listener.log, connection.lastEventId])
        return new StreamError('incomplete', 'ended')
      },
    },
    clock,
    { share, key },
  )
  const result: TestListener = Object.assign(listener, { connection })
  return result
}
