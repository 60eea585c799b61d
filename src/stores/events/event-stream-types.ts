import type { Sharing, StreamStatus, SubscriptionOptions } from '../../connection/types.js'
import type { StreamError } from '../../errors.js'
import type { StreamEvent } from '../../formats/types.js'
import type { ValueParser } from './parse-value.js'
import type { Store } from '../publisher.js'
import type { Retention } from '../retention.js'

/** A method's type, because only that takes a function written for the platform's `MessageEvent`. */
export type EventHandler<T> = { handle(event: StreamEvent, value: T): void }['handle']

/** Handlers may change at any time without reconnecting; the newest are the ones called. */
export interface EventStreamHandlers<T> {
  /** By the event's name. An event that has an entry here does not reach `onEvent`. */
  events?: Readonly<Record<string, EventHandler<T>>>
  /** Each event that no entry of `events` takes, whatever its name. `value` is its parsed data. */
  onEvent?(event: StreamEvent, value: T): void
  /** A response has come whose body is a stream: once for each connection that opens. */
  onOpen?(response: Response): void
  /** Each failed attempt, and each event whose data does not parse. */
  onError?(error: StreamError): void
  /** The stream is over: by `close()`, a terminal event, a clean end or 204. */
  onClose?(): void
}

/** Makes `data` a state that grows with each event, such as a log or a chart. */
export interface Reducing<T, S> {
  /** The state before the first event. */
  initial: S
  /** The state after one more event. Must be pure. */
  reduce(state: S, event: StreamEvent, value: T): S
}

/** The options of a stream whose values are of type `T`, and its data of type `S`. */
export interface EventStreamOptions<T, S>
  extends SubscriptionOptions, Sharing, EventStreamHandlers<T>, Partial<Reducing<T, S>> {
  /** How an event's data becomes its value. Default `text`. */
  parse?: ValueParser<T>
}

/** An event stream at one moment. */
export interface EventStreamSnapshot<D> {
  /**
   * `idle` before it is wanted, `connecting` for the first time, `open`, `reconnecting` after a try that
   * failed; over are `closed`, as it should be, and `failed`, as `error` says.
   */
  status: StreamStatus
  /** The last value, or the reduced state. */
  data: D
  /** The newest event as it came, with its data as text. */
  lastEvent: StreamEvent | undefined
  /** What went wrong last; cleared when the stream opens again. */
  error: StreamError | undefined
  /** Consecutive failed tries; 0 while all is well. */
  attempt: number
  /** When the next try is due, in ms since the epoch. */
  retryAt: number | undefined
  /** `''` where none has come. */
  lastEventId: string
}

/** What can be done with an event stream. The functions need no `this`, and stay the same. */
export interface EventStreamActions {
  /** Connects; while waiting for a retry, tries at once. After `close()` it goes on by the last event id. */
  open: () => void
  /** Ends the stream. Nothing is delivered after that, not even the rest of the same chunk. */
  close: () => void
}

/** An event stream outside React: the store behind `useEventSource`. */
export interface EventStream<D>
  extends Store<EventStreamSnapshot<D>>, EventStreamActions, Pick<Retention, 'retain'> {}

/** What the hook needs of a store that it made itself. */
export interface ConfigurableEventStream<T, S> extends EventStream<S> {
  /** Hands it the newest options. */
  configure(options: EventStreamOptions<T, S>): void
  /** One that is not wanted is idle, even one that had ended, unless it is opened by hand. */
  retain(owner?: boolean, isWanted?: boolean): () => void
}

type Common<T, S> = Omit<EventStreamOptions<T, S>, 'parse' | 'initial' | 'reduce'> &
  (Reducing<T, S> | { initial?: undefined; reduce?: undefined })

/**
 * Data that is JSON: only the caller can say what its values are. The other parsers are taken as
 * well, because the overload with these options is the last one, whose errors the compiler shows.
 */
export type JsonOptions<T, S> = Common<T, S> & {
  /** How an event's data becomes its value. */
  parse: Exclude<ValueParser<T>, 'text'>
}

/**
 * Data that is text, or of the type that a function or a schema makes of it.
 *
 * The overloads that take this, nothing, or `JsonOptions` come in this order, and there are no more
 * of them: else `const stream = useEventSource(url, { …, onError: () => stream.close() })`, which
 * refers to its own result, does not compile.
 */
export type ParsedOptions<T, S> = Common<T, S> &
  (
    | {
        /** How an event's data becomes its value. */
        parse: Exclude<ValueParser<T>, 'text' | 'json'> | Unnamed
      }
    | TextOf<T>
  )

type TextOf<T> = string extends T
  ? {
      /** How an event's data becomes its value. Default `text`. */
      parse?: 'text'
    }
  : never

declare const unnamed: unique symbol
/** No value is of this type. With it among the types of `parse`, `'json'` is not widened to `string` on its way to the next overload. */
type Unnamed = 'text' & { [unnamed]: never }
