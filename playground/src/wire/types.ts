import type { StreamFormat } from 'brooklet/parser'
import type { StreamName } from './names.js'

/** One HTTP request, as it goes. */
export interface Connection {
  readonly id: number
  readonly stream: Stream
  readonly method: string
  readonly url: string
  readonly startedAt: number
  readonly lastEventId?: string
  openedAt?: number
  endedAt?: number
  status?: number
  format?: StreamFormat
  state: ConnectionState
  cut?: () => void
}

/** `refused`: answered, but not with a stream. `lost`: broken from outside, or timed out. */
export type ConnectionState = 'connecting' | 'open' | 'ended' | 'closed' | 'lost' | 'refused'

/** One logical stream over its connections; what the page asks for under one name. */
export interface Stream {
  readonly name: StreamName
  /** Its line on the strip. */
  row: number
  readonly connections: Connection[]
  readonly ticks: Tick[]
  /** Consecutive connections that failed. */
  failures: number
  /** The page asks for it no more, which between two attempts no connection tells. */
  isClosed: boolean
  events: number
  bytes: number
}

/** A mark on the strip. */
export interface Tick {
  readonly at: number
  readonly kind: 'event' | 'comment'
  readonly size: number
}

/** A time for which the wire was cut. */
export interface Outage {
  readonly from: number
  readonly until: number
}

export type MessageKind =
  | 'request'
  | 'response'
  | 'event'
  | 'comment'
  | 'retry'
  | 'ended'
  | 'closed'
  | 'lost'

/** One line of the message list. */
export interface WireMessage {
  readonly number: number
  readonly at: number
  readonly kind: MessageKind
  readonly connection: number
  readonly stream: StreamName
  readonly format?: StreamFormat
  /** The event's name. */
  readonly type?: string
  readonly id?: string
  readonly size: number
  readonly data: string
}

export type WireStatus = 'idle' | 'reconnecting' | ConnectionState

export interface WireSnapshot {
  /** Names of the streams that the page at hand has opened. */
  readonly names: readonly StreamName[]
  readonly status: WireStatus
  /** Consecutive failed tries, as the hooks count them: 0 while all is well. */
  readonly attempt: number
  readonly events: number
  readonly bytes: number
  /** Connections open now. */
  readonly open: number
  /** The newest ones, oldest first. */
  readonly messages: readonly WireMessage[]
}
