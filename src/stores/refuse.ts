import { StreamError, type StreamErrorCode } from '../errors.js'

/** Who awaits it is told of a failure; who does not is spared an unhandled rejection. */
export function unobserved<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

export function refuse(code: StreamErrorCode, message: string, hint?: string): Promise<never> {
  return unobserved(Promise.reject(new StreamError(code, message, { hint })))
}
