import type { EventStream, EventStreamOptions, Reducing } from './event-stream-types.js'
import type { ValueParser } from './parse-value.js'

type Optional<Fields> = { [Name in keyof Fields]?: Fields[Name] | undefined }

/** All options of a stream, with any parser. */
export interface AnyOptions<T, S> extends EventStreamOptions<T>, Optional<Reducing<T, S>> {
  parse?: ValueParser<T> | undefined
}

/** What the hook needs of a store that it made itself. */
export interface ConfigurableEventStream<T, S> extends EventStream<S> {
  /** Replaces the options. */
  configure(options: AnyOptions<T, S>): void
  /** A stream that is not wanted is idle, even if it had ended, until it is opened by hand. */
  retain(owner?: boolean, isWanted?: boolean): () => void
}
