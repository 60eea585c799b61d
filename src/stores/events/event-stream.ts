import { connect } from '../../connection/connect.js'
import { defaultEnvironment, type Environment } from '../../connection/environment.js'
import { isFinal } from '../../connection/is-final.js'
import { connectLazily } from '../../connection/lazy-connection.js'
import { isRepeatable } from '../../connection/retry.js'
import type {
  Connection,
  ConnectionDefaults,
  ConnectionSink,
  StreamStatus,
} from '../../connection/types.js'
import { atUrl, StreamError } from '../../errors.js'
import type { StreamEvent, StreamFormat } from '../../formats/types.js'
import { guard } from '../../guard.js'
import { hints } from '../../hints.js'
import type { AnyOptions, ConfigurableEventStream } from './event-stream-seam.js'
import type {
  EventStream,
  EventStreamSnapshot,
  JsonOptions,
  ParsedOptions,
} from './event-stream-types.js'
import { parseValue } from './parse-value.js'
import { createPublisher } from '../publisher.js'
import { createRetention } from '../retention.js'

const defaults: ConnectionDefaults = {
  attempts: Infinity,
  minDelay: 1_000,
  maxDelay: 30_000,
  connectTimeout: 30_000,
}

/**
 * A stream of events outside React. It connects at `open()`, or when a component uses it.
 *
 * @example
 * ```ts
 * import { createEventStream } from 'brooklet/core'
 *
 * const prices = createEventStream<{ price: number }>('/api/prices', { parse: 'json' })
 * prices.subscribe(() => console.log(prices.getSnapshot().data?.price))
 * prices.open()
 * ```
 */
export function createEventStream<T = string, S = T | undefined>(
  url: string | URL,
  options: ParsedOptions<T, S>,
  environment?: Environment,
): EventStream<S>
/** A stream of text: `data` is that of the last event. */
export function createEventStream(url: string | URL): EventStream<string | undefined>
/** A stream of JSON: name its type, as in `createEventStream<Price>(…)`. */
export function createEventStream<T = unknown, S = T | undefined>(
  url: string | URL,
  options: JsonOptions<T, S>,
  environment?: Environment,
): EventStream<S>
export function createEventStream<T, S>(
  url: string | URL,
  options: AnyOptions<T, S> = {},
  environment?: Environment,
): EventStream<S> {
  return buildEventStream(String(url), options, environment)
}

export function buildEventStream<T, S>(
  url: string,
  given: AnyOptions<T, S>,
  environment: Environment = defaultEnvironment,
  isAway?: boolean,
): ConfigurableEventStream<T, S> {
  let options = given
  let status: StreamStatus = 'idle'
  let data = options.initial as S
  let lastEvent: StreamEvent | undefined
  let error: StreamError | undefined
  let attempt = 0
  let retryAt: number | undefined
  let format: StreamFormat | undefined
  /** The publication that follows shows both the event and what its handler does. */
  let isDelivering = false
  let isOpenedByHand = false
  /** While the component that made it is not mounted: the calls of its handlers that wait until it is. */
  let untold: (() => void)[] | undefined = isAway ? [] : undefined

  const sink: ConnectionSink = {
    onStatus(next, detail) {
      // Closed without having opened, and not by its signal: a 204 has come, so nothing is wrong any more.
      const isDone = next === 'closed' && status !== 'open' && !options.signal?.aborted
      error = isDone ? undefined : (detail.error ?? error)
      status = next
      ;({ attempt, retryAt } = detail)
      if (isFinal(next)) publish()
      else change()
      if (detail.error) reportError(detail.error)
      if (next === 'closed') tell(() => options.onClose?.())
    },
    onOpen(response, openFormat) {
      format = openFormat
      status = 'open'
      attempt = 0
      retryAt = error = undefined
      change()
      tell(() => options.onOpen?.(response))
    },
    onEvent(event) {
      isDelivering = true
      lastEvent = event
      deliver(event)
      if (status === 'open' && isTerminal(event)) close()
      isDelivering = false
      if (status === 'open') change()
      else publish()
    },
    onId: () => change(),
    onEnd() {
      // As the standard says, an SSE stream that just ends is reconnected to, if the request is repeatable.
      const mayGoOn = format === 'sse' && isRepeatable(options, connection.lastEventId)
      if (!mayGoOn || options.retry === false) return undefined
      const message = `Expected a terminal event from ${url}, its stream ended before`
      return new StreamError('incomplete', message, { url, hint: hints.ended })
    },
  }

  const connection: Connection = (options.share ? connectLazily : connect)(
    {
      url: () => url,
      options: () => options,
      defaults,
      lastEventId: options.lastEventId,
      leavesWithPage: true,
    },
    sink,
    environment,
    options,
  )

  const { change, publish, ...store } = createPublisher<EventStreamSnapshot<S>>(
    () => ({
      status,
      data,
      lastEvent,
      error,
      attempt,
      retryAt,
      lastEventId: connection.lastEventId,
    }),
    environment,
  )

  const { retain, isRetained } = createRetention(environment, tellMissed, release)

  function tellMissed(): void {
    const missed = untold
    untold = undefined
    missed?.forEach(tell)
  }

  function release(isOwned: boolean): void {
    if ((!isOpenedByHand || isOwned) && !isFinal(status)) rest()
  }

  function rest(): void {
    if (status === 'idle') return
    connection.close()
    status = 'idle'
    attempt = 0
    retryAt = undefined
    publish()
  }

  function open(): void {
    // Left to `retain`: if the component has gone for good, nobody would close the connection.
    if (untold) return rest()
    isOpenedByHand ||= !isRetained()
    connectNow()
  }

  function connectNow(): void {
    connection.open()
    if (!isDelivering) publish()
  }

  function close(): void {
    isOpenedByHand = false
    if (isFinal(status)) return
    const wasIdle = status === 'idle'
    connection.close()
    status = 'closed'
    retryAt = undefined
    if (!isDelivering) publish()
    if (!wasIdle) tell(() => options.onClose?.())
  }

  function deliver(event: StreamEvent): void {
    let value: T
    try {
      value = parseValue(options.parse ?? 'text', event) as T
    } catch (cause) {
      // Even in a stream of JSON, the terminal event is often a bare word such as `bye` or `[DONE]`.
      if (!/[{"]/.test(event.data) && isTerminal(event)) return
      return reportError((error = atUrl(cause as StreamError, url)))
    }
    tell(() => {
      const { events, onEvent } = options
      const handler = events && Object.hasOwn(events, event.type) && events[event.type]
      ;(handler || onEvent)?.(event, value)
    })
    const { reduce } = options
    if (!reduce) data = value as unknown as S
    else guard(() => (data = reduce(data, event, value)))
  }

  function isTerminal(event: StreamEvent): boolean {
    const { closeOn } = options
    if (typeof closeOn === 'function') return guard(() => closeOn(event)) ?? false
    return [closeOn].flat().includes(event.type)
  }

  function tell(handler: () => void): void {
    if (untold) untold.push(handler)
    else guard(handler)
  }

  function reportError(reported: StreamError): void {
    tell(() => options.onError?.(reported))
  }

  return {
    ...store,
    open,
    close,
    retain(owner, isWanted = true) {
      const leave = retain(owner)
      if (!isWanted) rest()
      else if (status === 'idle') connectNow()
      return () => {
        if (owner) untold = []
        leave()
        if (!isWanted) rest()
      }
    },
    configure: (next) => void (options = next),
  }
}
