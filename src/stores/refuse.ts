import { StreamError, type StreamErrorCode } from '../errors.js'

/** The same promise, whose rejection is not reported as unhandled if nobody awaits it. */
export function unobserved<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

export function refuse(code: StreamErrorCode, message: string, hint?: string): Promise<never> {
  return unobserved(Promise.reject(new StreamError(code, message, { hint })))
}
