import { StreamError, type StreamErrorCode } from './errors.js'

/** A StreamError as plain data, which can be posted to another tab or saved. */
export type PlainError = { code: StreamErrorCode; message: string; cause?: undefined }

/** Leaves out the cause, which can be anything: not all of it could be posted or saved. */
export function packError(error: StreamError): PlainError {
  return { ...error, message: error.message, cause: undefined }
}

export function unpackError({ code, message, ...details }: PlainError): StreamError {
  return new StreamError(code, message, details)
}

/** The error that a page or a tab has saved; `undefined` for anything else. */
export function readError(saved: unknown): StreamError | undefined {
  const isError = typeof (saved as Partial<PlainError> | null | undefined)?.message === 'string'
  return isError ? unpackError(saved as PlainError) : undefined
}
