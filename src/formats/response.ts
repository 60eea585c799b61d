import { StreamError } from '../errors.js'
import { detectFormat } from './detect-format.js'
import type { StreamFormat } from './types.js'

const EXCERPT_BYTES = 64 * 1024
const EXCERPT_TIME = 2000
const QUOTED_CHARACTERS = 200

/**
 * The first `limit` bytes of a body as text, then cancels it. Never rejects: a body that breaks off
 * gives what had come. `timeout` (ms) is for the server that forgot a stream's content type: its
 * body may never end, nor ever reach the limit.
 */
export async function readExcerpt(
  response: Response,
  limit: number = EXCERPT_BYTES,
  timeout: number = EXCERPT_TIME,
): Promise<string> {
  if (!response.body || response.body.locked) return ''
  const reader = response.body.getReader()
  const cancel = (): void => void reader.cancel().catch(() => {})
  const timer = setTimeout(cancel, timeout)
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (let left = limit; left > 0; ) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value.subarray(0, left), { stream: true })
      left -= value.length
    }
  } catch {
    // What had come is the excerpt.
  } finally {
    clearTimeout(timer)
    cancel()
  }
  return text
}

/**
 * Judges a response before its body is read as a stream: `undefined` where it is one, else the error
 * to report, its body read into the error. A `format` that the caller has chosen stands in for the
 * content type.
 */
export async function responseError(
  response: Response,
  format: StreamFormat | undefined = detectFormat(response.headers.get('content-type')),
): Promise<StreamError | undefined> {
  if (!response.ok) return httpError(response, await readExcerpt(response))
  // 204 says that there is nothing to read, and needs no type to say so.
  if (!format && response.status !== 204) return contentTypeError(response, await readExcerpt(response))
  return undefined
}

function httpError(response: Response, body: string): StreamError {
  const { url, status, statusText } = response
  const answer = `${name(response)} answered ${status}${statusText && ` ${statusText}`}`
  return new StreamError('http', answer + quote(body), {
    url,
    status,
    body,
    retryable: status === 408 || status === 429 || status >= 500,
  })
}

function contentTypeError(response: Response, body: string): StreamError {
  const type = response.headers.get('content-type')
  const answer =
    `${name(response)} answered ${response.status} with ` +
    (type ? `content type ${type}` : 'no content type') +
    '; expected text/event-stream, application/x-ndjson, application/json-seq or text/plain'
  return new StreamError('content-type', answer + quote(body), {
    url: response.url,
    status: response.status,
    body,
    hint: 'Set `format` where the server cannot send the right content type.',
  })
}

/** A response that a program made has no URL. */
function name(response: Response): string {
  return response.url || 'The server'
}

function quote(body: string): string {
  const text = body.trim()
  if (text === '') return ''
  return `: ${text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text}`
}
