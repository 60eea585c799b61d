/** What tabs say to each other: plain data, because nothing else can be posted to a channel. */
import type { StreamEvent, StreamFormat } from '../../formats/types.js'
import { packError, unpackError, type PlainError } from '../../plain-error.js'
import type { ConnectionSink, StatusDetail } from '../types.js'

export type TabMessage = Question | { type: 'open' } | Report

/** Is anybody leading, and what has this tab missed? */
export interface Question {
  type: 'ask'
  question: string
  place: Place | undefined
  lastEventId: string
}

/** What the leading tab has to say. */
export interface Report extends Place {
  type: 'report'
  /** Where the leader was when it took over: the place in its predecessor's term, and the last event id. */
  after: Place & { lastEventId: string }
  /**
   * The time since which the leader knows all ids: the stream was opened without one then. It says
   * which of two tabs stopped before the other began.
   */
  origin: number
  /** In an answer: the question. An answer is a summary of what the tab that asked has missed. */
  to?: string
  /**
   * In an answer whose leader cannot tell what was missed: the ids that it knows, but for that of the
   * last event, which is all that `news` has.
   */
  ids?: string[]
  news: News[]
}

/** A report's number, counted from 1 within its leader's term. Each term has a name of its own. */
export interface Place {
  term: string
  number: number
}

export type News = StatusNews | EventNews

export type StatusNews =
  | { type: 'status'; status: Parameters<ConnectionSink['onStatus']>[0]; detail: PlainDetail }
  | { type: 'open'; response: PlainResponse; format: StreamFormat }

export interface EventNews extends Place {
  type: 'event'
  event: StreamEvent
}

type PlainDetail = Omit<StatusDetail, 'error'> & { error?: PlainError }
type PlainResponse = { status: number; statusText: string; headers: [string, string][] }

export function packDetail({ error, ...detail }: StatusDetail): PlainDetail {
  return error ? { ...detail, error: packError(error) } : detail
}

export function unpackDetail({ error, ...detail }: PlainDetail): StatusDetail {
  return error ? { ...detail, error: unpackError(error) } : detail
}

export function packResponse({ status, statusText, headers }: Response): PlainResponse {
  return { status, statusText, headers: [...headers] }
}

/** Without the body, which the leading tab reads. */
export function unpackResponse({ status, statusText, headers }: PlainResponse): Response {
  return new Response(null, { status, statusText, headers })
}
