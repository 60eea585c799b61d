/** The state of a durable stream. `error`: it failed, was lost with its server, or took too long. */
export type DurableStatus = 'running' | 'done' | 'error' | 'canceled'

/** An event as a log keeps it. */
export interface LoggedEvent {
  event?: string | undefined
  data: string
}

/** What a store knows of a stream, apart from its events. */
export interface StreamInfo {
  id: string
  /**
   * Names this run of the stream. A stream that is started again after it failed is another run, whose
   * events have other ids.
   */
  run: string
  status: DurableStatus
  /** Milliseconds since the epoch. */
  startedAt: number
  /** The offset of the oldest event that is kept; one more than `last` if none is. */
  first: number
  /** The offset of the newest event; 0 before the first. */
  last: number
  /** The option `meta` of `start`. */
  meta?: unknown
  /**
   * Whether a running stream's producer lives. False if its lease is over, and still is half a lease after
   * somebody first saw that: after an outage of the store, producers need time to renew their leases.
   */
  isLeased: boolean
}

/** Events of a stream from an offset on, as many as a store hands out at once. */
export interface LogSlice {
  info: StreamInfo
  /** The offset of the first of `events`. */
  from: number
  /** Empty if nothing has come after the offset that was asked for. */
  events: readonly LoggedEvent[]
}

/**
 * Where durable streams are kept. Offsets count from 1 within each run. A call that rejects is repeated,
 * although it may have taken effect: so each method must do no harm when it is called twice.
 */
export interface StreamStore {
  /**
   * Creates a stream. Resolves to false if a stream with this id is done, or is running and leased; one
   * that failed, was canceled or has lost its producer is replaced.
   */
  create(stream: { id: string; run: string; meta?: unknown }, lease: number): Promise<boolean>
  /**
   * Adds events after the offset `after`; those that are there already are not added twice. Resolves to
   * false if this run is not running any more.
   */
  append(id: string, run: string, after: number, events: readonly LoggedEvent[]): Promise<boolean>
  /** Ends a run, with or without a last event. False if it was not running: only the first end counts. */
  end(
    id: string,
    run: string,
    status: Exclude<DurableStatus, 'running'>,
    last?: LoggedEvent,
  ): Promise<boolean>
  /** Renews the producer's lease for so many milliseconds. Resolves to false if this run is not running. */
  renew(id: string, run: string, lease: number): Promise<boolean>
  /** `undefined` if there is no such stream, because it never was, or has expired. */
  info(id: string): Promise<StreamInfo | undefined>
  /** The events after an offset; if those are not kept any more, the next that are. */
  read(id: string, after: number): Promise<LogSlice | undefined>
  /**
   * Calls the listener after each change, from when this has resolved until the function that it
   * resolves to is called.
   */
  watch(id: string, listener: (change: 'append' | 'end') => void): Promise<() => void>
  /** The streams whose id begins with the prefix, in the order of their starts. */
  list(prefix: string): Promise<StreamInfo[]>
}
