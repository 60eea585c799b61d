import { maxBody, StreamError } from '../errors.js'
import { hints } from '../hints.js'
import type { StreamFormat } from './types.js'

/** Milliseconds that an excerpt may take: then it is what has come so far. */
const EXCERPT_TIME = 2_000

/**
 * Judges a response before its body is read: `undefined` where it is a stream, or a 204, which has no
 * body; otherwise the error to report, with an excerpt of what came instead. `format` is undefined
 * where the content type is no stream's. `url` is for a response made by hand, which has none.
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
    `Expected a stream from ${url}, got ${status} ${headers.get('content-type') ?? 'no type'}: ${body.slice(0, 200)}`,
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
 * Whether its body is a stream that nobody has read. React Native's own `fetch`, and some of Node's,
 * give none.
 */
export function isUnread({ body, bodyUsed }: Body): boolean {
  return Boolean(body?.getReader && !body.locked && !bodyUsed)
}

/**
 * The first 64 Ki characters of a body, which is then canceled. Never rejects: of a body that breaks
 * off, or that never ends because it is a stream without its content type, it is what has come.
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
    // What had come is the excerpt.
  }
  clearTimeout(timer)
  cancel()
  return text.slice(0, maxBody)
}
