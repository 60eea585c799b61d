import { StreamError, type StreamErrorCode } from './errors.js'

/** A StreamError as plain data, which can be posted to another tab or saved. */
export type PlainError = { code: StreamErrorCode; message: string; cause?: undefined }

/**
 * Leaves out the cause: it can be anything, and not everything can be posted or saved. What was read is
 * packed in the same order again: in another one it would be saved as a change.
 */
export function packError({ code, message, ...details }: StreamError): PlainError {
  return { code, message, ...details, cause: undefined }
}

export function unpackError({ code, message, ...details }: PlainError): StreamError {
  return new StreamError(code, message, details)
}

/** The error in what was saved or posted; `undefined` if it is none. */
export function readError(saved: unknown): StreamError | undefined {
  const isError = typeof (saved as Partial<PlainError> | null | undefined)?.message === 'string'
  return isError ? unpackError(saved as PlainError) : undefined
}
