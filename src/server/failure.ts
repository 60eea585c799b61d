import { logged } from './store/logged-event.js'
import type { StreamInfo, StreamStore } from './store/stream-store.js'

/** Why a stream ended before its work was done. */
export type FailureCode = 'failed' | 'canceled' | 'lost' | 'expired'

/** The data of the `error` event that ends such a stream. */
export interface Failure {
  /** The same as the event's name, for formats that have no names. */
  type: 'error'
  code: FailureCode
  message: string
}

const messages: Record<FailureCode, string> = {
  failed: 'The stream failed at the server',
  canceled: 'The stream was canceled',
  lost: 'The server that produced the stream is gone',
  expired: 'The stream took longer than it may',
}

/** The terminal event of a stream that ended before its work was done. */
export function failureEvent(
  code: FailureCode,
  message: string = messages[code],
): { event: 'error'; data: Failure } {
  return { event: 'error', data: { type: 'error', code, message } }
}

/** Ends a run before its work is done, with an event that says why. False if it was not running. */
export function failRun(
  store: StreamStore,
  { id, run }: Pick<StreamInfo, 'id' | 'run'>,
  code: FailureCode,
  message?: string,
): Promise<boolean> {
  const status = code === 'canceled' ? 'canceled' : 'error'
  return store.end(id, run, status, logged(failureEvent(code, message)))
}

/** Reports an error, and returns what readers are told of it: the string that `onError` returns, if any. */
export function report(
  error: unknown,
  onError: (error: unknown) => string | void = console.error,
): string | undefined {
  try {
    const words: unknown = onError(error)
    // An async logger that fails must not end the process.
    if (words instanceof Promise) words.catch(console.error)
    return typeof words === 'string' && words ? words : undefined
  } catch (thrown) {
    console.error(thrown)
    return undefined
  }
}
