import { StreamError, type StreamErrorCode } from './errors.js'

/** A StreamError as plain data: so it crosses to another tab, and can be saved. */
export type PlainError = { code: StreamErrorCode; message: string; cause?: undefined }

/** All but the cause, which can be anything. */
export function packError(error: StreamError): PlainError {
  return { ...error, message: error.message, cause: undefined }
}

export function unpackError({ code, message, ...details }: PlainError): StreamError {
  return new StreamError(code, message, details)
}
