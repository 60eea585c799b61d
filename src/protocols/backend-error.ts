import { maxBody, StreamError } from '../errors.js'
import { parseJson, text } from './json.js'

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
 * The words in a body that says what went wrong: `{error:{message}}`, `{error}`, `{message}`,
 * `{detail}`, FastAPI's `{detail:[{msg}]}`, also as the message, as of Mistral; or a bare JSON string;
 * or in a list of one, as of Google.
 */
export function errorMessage(body: string): string | undefined {
  try {
    const [value] = [parseJson(body)].flat()
    const { error, message, detail = message?.detail } = value ?? {}
    const places = [error?.message, error, message, detail?.[0]?.msg, detail, value]
    return places.map(text).find(Boolean)
  } catch {
    return undefined
  }
}
