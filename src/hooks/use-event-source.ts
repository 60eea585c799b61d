'use client'

import { useEffect, useInsertionEffect, useState } from 'react'
import { buildEventStream } from '../stores/events/event-stream.js'
import type { AnyOptions, ConfigurableEventStream } from '../stores/events/event-stream-seam.js'
import type {
  EventStream,
  EventStreamActions,
  EventStreamSnapshot,
  JsonOptions,
  ParsedOptions,
} from '../stores/events/event-stream-types.js'
import { isStore } from './use-retained-store.js'
import { useStore } from './use-store.js'

/** The URL to connect to. With `null` or `undefined` the stream stays idle. */
export type EventSourceUrl = string | URL | null | undefined

/** The options that the hook has in addition to those of `createEventStream`. */
export interface HookOptions {
  /** `false` keeps the stream idle. Default `true`. */
  enabled?: boolean | undefined
}

/** What `useEventSource` returns: the stream's snapshot, and its actions. */
export interface UseEventSourceResult<D> extends EventStreamSnapshot<D>, EventStreamActions {}

/**
 * Subscribes to a stream of events while the component is mounted.
 *
 * Reconnects as the WHATWG HTML standard says, with the last event id. Reads SSE, NDJSON, JSON text
 * sequences and plain text, by the response's content type. Errors are never thrown: they are in `error`,
 * and `onError` gets them. `open` and `close` are stable.
 *
 * @example
 * ```tsx
 * import { useEventSource } from 'brooklet'
 *
 * function Price() {
 *   const { status, data } = useEventSource<{ price: number }>('/api/prices', { parse: 'json' })
 *   return <p>{data ? data.price : status}</p>
 * }
 * ```
 */
export function useEventSource<T = string, S = T | undefined>(
  url: EventSourceUrl,
  options: ParsedOptions<T, S> & HookOptions,
): UseEventSourceResult<S>
/** Subscribes to a stream of events while the component is mounted: `data` is the text of the last one. */
export function useEventSource(
  url: EventSourceUrl,
  options?: ParsedOptions<string, string | undefined> & HookOptions,
): UseEventSourceResult<string | undefined>
/** Shows a stream made by `createEventStream`, and uses it while the component is mounted. */
export function useEventSource<D>(stream: EventStream<D>): UseEventSourceResult<D>
/** Subscribes to events whose data is JSON: name its type, as in `useEventSource<Price>(…)`. */
export function useEventSource<T = unknown, S = T | undefined>(
  url: EventSourceUrl,
  options: JsonOptions<T, S> & HookOptions,
): UseEventSourceResult<S>
export function useEventSource<T, S>(
  source: EventSourceUrl | EventStream<S>,
  options: AnyOptions<T, S> & HookOptions = {},
): UseEventSourceResult<S> {
  const given = isStore<ConfigurableEventStream<T, S>>(source) ? source : undefined
  const url = given ? '' : String(source ?? '')
  const { key, enabled = true } = options

  // Built even if a stream is given, and idle then.
  const build = () => ({ url, key, stream: buildEventStream(url, options, undefined, true) })
  const [own, setOwn] = useState(build)
  if (own.url !== url || own.key !== key) setOwn(build)
  const stream = given ?? own.stream
  const hasUrl = Boolean(source)
  const isWanted = enabled && hasUrl

  const [{ aim, open, close }] = useState(createActions)
  useInsertionEffect(() => {
    own.stream.configure(options)
    aim(hasUrl ? stream : undefined)
  })
  useEffect(() => stream.retain(!given, isWanted), [stream, given, isWanted])

  const snapshot = useStore(stream)
  // An idle stream that is wanted connects in the next effect: the first render says so, on a server too.
  const status = snapshot.status === 'idle' && isWanted ? 'connecting' : snapshot.status
  return { ...snapshot, status, open, close }
}

/** Actions that stay the same when the hook gets another stream: they act on the one last given to `aim`. */
function createActions(): EventStreamActions & { aim(next: EventStreamActions | undefined): void } {
  let target: EventStreamActions | undefined
  return {
    aim(next) {
      target = next
    },
    open: () => target?.open(),
    close: () => target?.close(),
  }
}
