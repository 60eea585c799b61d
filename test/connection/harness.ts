import { connect } from '../../src/connection/connect.js'
import type {
  Connection,
  ConnectionDefaults,
  ConnectionRequest,
  ConnectionSink,
  RequestOptions,
} from '../../src/connection/types.js'
import { StreamError } from '../../src/errors.js'
import { createTestClock, type TestClock } from '../support/clock.js'
import { scriptedFetch, type ScriptedFetch } from './scripted-fetch.js'

export interface Harness {
  connection: Connection
  clock: TestClock
  server: ScriptedFetch
  /** What the sink was told: `connecting`, `open`, `a` (an event's data), `reconnecting 1 in 1000: network`. */
  log: string[]
  errors: StreamError[]
  /** Milliseconds until each of the retries. */
  delays: number[]
}

export interface HarnessSettings {
  url?: string
  lastEventId?: string
  leavesWithPage?: boolean
  detectFormat?: ConnectionRequest['detectFormat']
  defaults?: Partial<ConnectionDefaults>
  server?: ScriptedFetch
  random?: () => number
  now?: () => number
  sink?: Partial<ConnectionSink>
}

/** What an event stream answers to a clean end, and the others do not. */
export function mayGoOn(): StreamError {
  return new StreamError('incomplete', 'ended')
}

/** A connection over a scripted server and a virtual clock, opened. `options` may change while it runs. */
export async function connected(
  options: RequestOptions = {},
  settings: HarnessSettings = {},
): Promise<Harness> {
  const { server = scriptedFetch(), url = 'https://example.test/events' } = settings
  const clock = createTestClock(server.fetch)
  if (settings.random) clock.random = settings.random
  if (settings.now) clock.now = settings.now
  const log: string[] = []
  const errors: StreamError[] = []
  const delays: number[] = []
  const { sink = {} } = settings
  const connection = connect(
    {
      url: () => url,
      options: () => options,
      lastEventId: settings.lastEventId,
      leavesWithPage: settings.leavesWithPage,
      detectFormat: settings.detectFormat,
      defaults: {
        attempts: Infinity,
        minDelay: 1_000,
        maxDelay: 30_000,
        connectTimeout: 30_000,
        ...settings.defaults,
      },
    },
    {
      onStatus(status, detail) {
        const { attempt, retryAt, error } = detail
        const delay = retryAt === undefined ? undefined : retryAt - clock.now()
        if (delay !== undefined) delays.push(delay)
        if (error) errors.push(error)
        log.push(
          [status, attempt > 0 && attempt, delay !== undefined && `in ${delay}`]
            .filter(Boolean)
            .join(' ') + (error ? `: ${error.code}` : ''),
        )
        sink.onStatus?.(status, detail)
      },
      onOpen(response, format) {
        log.push('open')
        sink.onOpen?.(response, format)
      },
      onEvent(event) {
        log.push(event.data)
        sink.onEvent?.(event)
      },
      onEnd: sink.onEnd ?? mayGoOn,
    },
    clock,
  )
  connection.open()
  await clock.advance(0)
  return { connection, clock, server, log, errors, delays }
}

/** One whose response has come. */
export async function opened(settings: HarnessSettings = {}): Promise<Harness> {
  const harness = await connected({}, settings)
  harness.server.last.open()
  await harness.clock.advance(0)
  return harness
}
