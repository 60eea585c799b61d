import { wholeCharacters } from '../formats/whole-characters.js'

/**
 * `fetch` over XMLHttpRequest, for React Native, whose own `fetch` holds a body back until it is
 * complete. The response has only what a connection uses. XMLHttpRequest keeps all its text in memory
 * until it ends.
 */
export function xhrFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const { method = 'GET', headers, body, credentials, signal } = init
  if (signal?.aborted) return Promise.reject(signal.reason)
  const xhr = new XMLHttpRequest()
  xhr.open(method, url)
  xhr.withCredentials = credentials === 'include'
  new Headers(headers).forEach((value, name) => xhr.setRequestHeader(name, value))
  const chunks = createChunks()

  return new Promise((resolve, reject) => {
    function fail(reason: unknown): void {
      reject(reason)
      chunks.fail(reason)
      xhr.abort()
    }
    const lost = (): void => fail(new TypeError('Network request failed'))
    signal?.addEventListener('abort', () => fail(signal.reason))
    xhr.addEventListener('error', lost)
    xhr.addEventListener('timeout', lost)
    xhr.addEventListener('readystatechange', () => {
      if (xhr.readyState === xhr.HEADERS_RECEIVED) resolve(responseOf(xhr, chunks.body))
    })
    xhr.addEventListener('progress', () => chunks.read(xhr.responseText))
    xhr.addEventListener('load', () => {
      chunks.read(xhr.responseText)
      chunks.end()
    })
    xhr.send((body ?? null) as XMLHttpRequestBodyInit | null)
  })
}

type Body = Pick<ReadableStream<Uint8Array>, 'getReader' | 'cancel'>

function responseOf(xhr: XMLHttpRequest, body: Body): Response {
  const lines = xhr.getAllResponseHeaders().trim().split(/\r?\n/)
  const pairs = lines.filter(Boolean).map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  const { status } = xhr
  return {
    ok: status < 300,
    status,
    headers: new Headers(pairs),
    // React Native sets `responseURL` only right after it has announced the headers.
    get url() {
      return xhr.responseURL
    },
    body,
  } as Response
}

interface Chunks {
  body: Body
  /** Takes the whole text so far, of which the body passes on what is new. */
  read(text: string): void
  end(): void
  fail(reason: unknown): void
}

type Result = ReadableStreamReadResult<Uint8Array>

function createChunks(): Chunks {
  const encoder = new TextEncoder()
  let whole = ''
  let taken = 0
  let ending: (() => Result) | undefined
  let wake = (): void => {}

  async function read(): Promise<Result> {
    for (;;) {
      if (whole.length > taken) {
        const value = encoder.encode(whole.slice(taken))
        taken = whole.length
        return { done: false, value }
      }
      if (ending) return ending()
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }

  function settle(how: () => Result): void {
    ending ??= how
    wake()
  }
  const finish = (): void => settle(() => ({ done: true, value: undefined }))

  const reader = {
    read,
    cancel: async () => finish(),
  } as unknown as ReadableStreamDefaultReader<Uint8Array>

  return {
    body: {
      cancel: reader.cancel,
      getReader: () => reader,
    } as Body,
    read(text) {
      whole = wholeCharacters(text)
      wake()
    },
    end: finish,
    fail: (reason) =>
      settle(() => {
        throw reason
      }),
  }
}
