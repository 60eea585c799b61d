import type { Sharing, StreamStatus, SubscriptionOptions } from '../../connection/types.js'
import type { StreamError } from '../../errors.js'
import type { StreamEvent } from '../../formats/types.js'
import type { ValueParser } from './parse-value.js'
import type { Store } from '../publisher.js'
import type { Retention } from '../retention.js'

// The type of a method, because TypeScript compares its parameters bivariantly.
/** A handler of events. It may also be one that was written for the platform's `MessageEvent`. */
export type EventHandler<T> = { handle(event: StreamEvent, value: T): void }['handle']

/** The handlers of a stream. They may change without reconnecting: the newest are called. */
export interface EventStreamHandlers<T> {
  /** Handlers by the event's name. An event that has one here does not go to `onEvent`. */
  events?: Readonly<Record<string, EventHandler<T> | undefined>> | undefined
  /** Gets each event that has no handler in `events`, whatever its name. `value` is its parsed data. */
  onEvent?: EventHandler<T> | undefined
  /** Called each time that a connection opens, with the response whose body is the stream. */
  onOpen?: ((response: Response) => void) | undefined
  /** Called for each failed attempt, and for each event whose data does not parse. */
  onError?: ((error: StreamError) => void) | undefined
  /** Called when the stream is over: by `close()`, a terminal event, a clean end or a 204. */
  onClose?: (() => void) | undefined
}

/** Makes `data` a state that grows with each event, such as a log or a chart. */
export interface Reducing<T, S> {
  /** The state before the first event. */
  initial: S
  /** Returns the state after one more event. Must be pure. */
  reduce(state: S, event: StreamEvent, value: T): S
}

/**
 * The options of a stream of values of type `T`, apart from `parse`, `initial` and `reduce`: what a hook of
 * your own can take and pass on.
 */
export interface EventStreamOptions<T>
  extends SubscriptionOptions, Sharing, EventStreamHandlers<T> {}

/** An event stream at one moment. */
export interface EventStreamSnapshot<D> {
  /**
   * `idle`: not opened yet. `connecting`: waits for the first response. `open`: receives. `reconnecting`:
   * was lost or refused, and is tried again. `closed`: has ended as it should. `failed`: see `error`.
   */
  status: StreamStatus
  /** The last value, or the reduced state. */
  data: D
  /** The last event as it came, with its data as text. */
  lastEvent: StreamEvent | undefined
  /** What went wrong last; cleared when the stream opens again. */
  error: StreamError | undefined
  /** How many attempts in a row have failed; 0 while all is well. */
  attempt: number
  /** When the next attempt is due, in ms since the epoch; `undefined` if there is nothing to wait for. */
  retryAt: number | undefined
  /** The last event id; `''` if none has come. */
  lastEventId: string
}

/** The actions of an event stream. The functions need no `this`, and stay the same. */
export interface EventStreamActions {
  /** Connects, or retries at once if a retry is due later. After `close()`, resumes by the last event id. */
  open: () => void
  /** Ends the stream. Nothing is delivered after that, not even the rest of the same chunk. */
  close: () => void
}

/** An event stream outside React: the store behind `useEventSource`. */
export interface EventStream<D>
  extends Store<EventStreamSnapshot<D>>, EventStreamActions, Pick<Retention, 'retain'> {}

// The last of the two is a mapped type, so that it is made last: compilers explain what it lacks.
type Common<T, S> = Plain<EventStreamOptions<T>> &
  (PerhapsReducing<T, S> | { [Name in keyof Reducing<T, S>]?: undefined })

// With the interface itself, editors take an option for two, one of each type of the union, and show the
// comment of neither.
type Plain<Options> = { [Name in keyof Options]: Options[Name] }

/** `reduce` may be undefined if the state may be a value: without it, `data` is the last one. */
interface PerhapsReducing<T, S> extends Pick<Reducing<T, S>, 'initial'> {
  /** Returns the state after one more event. Must be pure. */
  reduce: Reducing<T, S>['reduce'] | (T | undefined extends S ? undefined : never)
}

// Allows the other parsers as well: these are the options of the last overload, whose errors the compiler
// shows.
/** The options of a stream of JSON, whose type only the caller can know. */
export type JsonOptions<T, S> = Common<T, S> & {
  /** How an event's data becomes its value. */
  parse: Exclude<ValueParser<T>, 'text'>
}

// The overloads that take these options, none, or `JsonOptions` have to come in this order, and there may
// be no more of them: else `const stream = useEventSource(url, { …, onError: () => stream.close() })`,
// which refers to its own result, does not compile.
/** The options of a stream of text, or of what a function or a schema makes of it. */
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
/**
 * A type without values. As one of the types of `parse`, it keeps a given `'json'` from being widened to
 * `string` before the next overload is tried.
 */
type Unnamed = 'text' & { [unnamed]: never }
