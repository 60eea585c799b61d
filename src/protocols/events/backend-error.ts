import { maxBody, StreamError } from '../../errors.js'
import { jsonIn, text, type Json } from '../json/json.js'

/** An error that the backend reported inside its stream, in its own words. */
export function backendError(
  data: string,
  words: string = errorMessage(data) ?? data,
): StreamError {
  return new StreamError('protocol', words || 'The server reported an error', {
    body: data.slice(0, maxBody),
  })
}

/**
 * Whether a record reports an error: by its `error`, its type, or the status that MiniMax has in each
 * record, which is 0 if all is well.
 */
export function isError(record: Json): boolean {
  const named = text(record?.type) === 'error' || text(record?.object) === 'error'
  return named || !!record?.error || !!record?.base_resp?.status_code
}

/**
 * The words of an error body, wherever backends put them: `{error:{message}}`, `{error}`, `{message}`,
 * `{detail}`, FastAPI's `{detail:[{msg}]}`, which Mistral has within its `message`, MiniMax's
 * `{base_resp:{status_msg}}`, Cloudflare's `{errors:[{message}]}`, or a bare JSON string. Google puts its
 * body into a list of one.
 */
export function errorMessage(body: string): string | undefined {
  const [value] = [jsonIn(body)].flat()
  const { error, message, detail = message?.detail } = value ?? {}
  const places = [
    error?.message,
    error,
    message,
    detail?.[0]?.msg,
    detail,
    value?.base_resp?.status_msg,
    value?.errors?.[0]?.message,
    value,
  ]
  return places.map(text).find(Boolean)
}

/** Finds the words in one of these fields, or else in the usual places, because a proxy may have answered. */
export function errorMessageBy(...fields: readonly string[]): (body: string) => string | undefined {
  return (body) => {
    const value = jsonIn(body)
    return fields.map((field) => text(value?.[field])).find(Boolean) ?? errorMessage(body)
  }
}
