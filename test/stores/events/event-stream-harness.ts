import { buildEventStream } from '../../../src/stores/events/event-stream.js'
import type {
  AnyOptions,
  ConfigurableEventStream,
} from '../../../src/stores/events/event-stream-seam.js'
import type { EventStreamSnapshot } from '../../../src/stores/events/event-stream-types.js'
import { scriptedFetch, sse, type ScriptedFetch } from '../../connection/scripted-fetch.js'
import { createTestClock, type TestClock } from '../../support/clock.js'

export interface StreamHarness<T, S> {
  stream: ConfigurableEventStream<T, S>
  server: ScriptedFetch
  clock: TestClock
  /** Every snapshot that subscribers were told of. */
  published: EventStreamSnapshot<S>[]
  /** The newest of them, once what is due has happened. */
  now(): Promise<EventStreamSnapshot<S>>
  /** The server sends, and the client reads. */
  send(chunk: string): Promise<void>
}

export function createHarness<T = string, S = string | undefined>(
  options: AnyOptions<T, S> = {},
): StreamHarness<T, S> {
  const server = scriptedFetch()
  const clock = createTestClock(server.fetch)
  const stream = buildEventStream<T, S>('https://example.test/events', options, clock)
  const published: EventStreamSnapshot<S>[] = []
  stream.subscribe(() => published.push(stream.getSnapshot()))
  return {
    stream,
    server,
    clock,
    published,
    async now() {
      await clock.advance(0)
      clock.nextFrame()
      return stream.getSnapshot()
    },
    async send(chunk) {
      server.last.send(chunk)
      await clock.advance(0)
    },
  }
}

/** The same, with a response that has just opened. */
export async function opened<T = string, S = string | undefined>(
  options: AnyOptions<T, S> = {},
  contentType: string = sse['content-type'],
): Promise<StreamHarness<T, S>> {
  const harness = createHarness(options)
  harness.stream.open()
  await harness.clock.advance(0)
  harness.server.last.open({ 'content-type': contentType })
  await harness.now()
  return harness
}
