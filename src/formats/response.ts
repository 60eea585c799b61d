import { maxBody, StreamError } from '../errors.js'
import { hints } from '../hints.js'
import type { StreamFormat } from './types.js'

/** Milliseconds after which an excerpt of a body is whatever has come. */
const EXCERPT_TIME = 2_000

/**
 * Judges a response before its body is read: `undefined` if it is a stream, or a 204, which has no
 * body; otherwise the error to report, with an excerpt of what came instead. `format` is undefined if
 * the content type is not a stream's. `url` is for a response made with `new Response()`, which has none.
 */
export async function responseError(
  response: Response,
  format: StreamFormat | undefined,
  url: string = response.url,
): Promise<StreamError | undefined> {
  const { ok, status, headers } = response
  if (ok && (format || status === 204)) return undefined
  const body = await readExcerpt(response)
  return new StreamError(
    ok ? 'content-type' : 'http',
    `Expected a stream from ${url}, got ${status} ${headers.get('content-type') || 'no type'}: ${body.slice(0, 200) || 'no body'}`,
    {
      url,
      status,
      body,
      hint: hints[status],
      retryable: status === 408 || status === 429 || status >= 500,
      retryAfter: retryAfter(headers),
    },
  )
}

/** `Retry-After` (RFC 9110, 10.2.3) in ms: of a date, how far it lies ahead by the server's own clock. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after') ?? ''
  const now = Date.parse(headers.get('date') ?? '') || Date.now()
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now
  return milliseconds > 0 ? milliseconds : undefined
}

interface Body {
  readonly body: ReadableStream | null
  readonly bodyUsed?: boolean
}

/**
 * Whether its body is a web stream that nobody has read. With React Native's own `fetch`, and with some
 * packages for Node, it is not one.
 */
export function isUnread({ body, bodyUsed }: Body): boolean {
  return Boolean(body?.getReader && !body.locked && !bodyUsed)
}

/**
 * The first 64 Ki characters of a body, which is then canceled. Never rejects: if the body breaks off,
 * or never ends because it is a stream with the wrong content type, the excerpt is what has come.
 */
async function readExcerpt(response: Response): Promise<string> {
  let text = ''
  if (!isUnread(response)) return text
  const reader = response.body!.getReader()
  const cancel = (): unknown => reader.cancel().catch(() => {})
  const timer = setTimeout(cancel, EXCERPT_TIME)
  const decoder = new TextDecoder()
  try {
    while (text.length < maxBody) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    // The excerpt is what came before.
  }
  clearTimeout(timer)
  cancel()
  return text.slice(0, maxBody)
}
