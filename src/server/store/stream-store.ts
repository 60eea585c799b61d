/** How a durable stream stands. `error`: it failed, was lost with its server, or took longer than it may. */
export type DurableStatus = 'running' | 'done' | 'error' | 'canceled'

/** An event as a log keeps it. */
export interface LoggedEvent {
  event?: string
  data: string
}

/** What a store knows of a stream besides its events. */
export interface StreamInfo {
  id: string
  /**
   * Names this run of the stream. One that is started again, after it failed, is another run: its
   * events have other ids.
   */
  run: string
  status: DurableStatus
  /** Milliseconds since the epoch. */
  startedAt: number
  /** The offset of the oldest event that is kept; one more than `last` where none is. */
  first: number
  /** The offset of the newest event; 0 before the first. */
  last: number
  /** What `start` was given to remember. */
  meta?: unknown
  /**
   * Whether a running stream's producer lives. False where its lease is over, and still is half a lease
   * after somebody first saw that: after an outage of the store its producers need time to renew theirs.
   */
  isLeased: boolean
}

/** Events of a stream from an offset on, as many as a store hands out at once. */
export interface LogSlice {
  info: StreamInfo
  /** The offset of the first of `events`. */
  from: number
  /** Empty where nothing has come after the offset that was asked for. */
  events: readonly LoggedEvent[]
}

/**
 * Where durable streams are kept. Offsets count from 1 within each run. A call that rejects is repeated
 * although it may have taken effect, so each method must do no harm when it is called twice.
 */
export interface StreamStore {
  /**
   * False where a stream of this id runs, leased, or is done; one that failed or was canceled is
   * replaced.
   */
  create(stream: { id: string; run: string; meta?: unknown }, lease: number): Promise<boolean>
  /**
   * Adds events after the offset `after`; those that are there already are not added twice. False
   * where this run is not the running one any more.
   */
  append(id: string, run: string, after: number, events: readonly LoggedEvent[]): Promise<boolean>
  /** Ends a run, with a last event or without. False where it was not running: the first end counts. */
  end(
    id: string,
    run: string,
    status: Exclude<DurableStatus, 'running'>,
    last?: LoggedEvent,
  ): Promise<boolean>
  /** Says that the producer lives, for so many milliseconds. False where this run is not running. */
  renew(id: string, run: string, lease: number): Promise<boolean>
  /** `undefined` where there is no such stream: it never was, or has expired. */
  info(id: string): Promise<StreamInfo | undefined>
  /** What comes after an offset; of what is not kept any more, what comes next. */
  read(id: string, after: number): Promise<LogSlice | undefined>
  /**
   * Calls the listener after each change, from when this has resolved until the function that it
   * resolves to is called.
   */
  watch(id: string, listener: (change: 'append' | 'end') => void): Promise<() => void>
  /** The streams whose id begins so, in the order of their starts. */
  list(prefix: string): Promise<StreamInfo[]>
}
