/**
 * What to do about an error. Development only: production bundles drop these texts.
 */
export interface Hints {
  /** For a response with this status that is not a stream. */
  [status: number]: string | undefined
  body?: string
  connectTimeout?: string
  cors?: string
  ended?: string
  idleTimeout?: string
  url?: string
  taskEnded?: string
  tooLarge?: string
  unfinished?: string
  busy?: string
  storage?: string
}

export let hints: Hints = {}

declare const process: { env: Record<string, string | undefined> }

try {
  // Written out in each file, not imported, so that bundlers can evaluate it and drop the branch.
  if (process.env.NODE_ENV !== 'production') {
    const accepted =
      'Set `format` if this is a stream. Where a task answers with the URL of its events, use `fromAnswer()`.'
    hints = {
      200:
        'Check the URL: a development server answers with its own page where it does not proxy to yours. ' +
        'Set `format` where the server cannot send the right content type.',
      201: accepted,
      202: accepted,
      401: 'Give `headers` as a function: it is asked again after a 401.',
      404: 'Check the URL: a development server does not know it where it does not proxy to yours.',
      busy: 'Call stop() first, or send when isLoading is false.',
      body: 'Read a clone() of the response, or hand in a fetch that streams, such as expo/fetch.',
      connectTimeout:
        'Over HTTP/1.1 a browser opens six connections a host, and a seventh waits: close streams, or serve HTTP/2.',
      cors:
        'Let the server send Access-Control-Allow-Origin with the origin of this page, and allow the headers ' +
        'that are sent, Last-Event-ID too. With credentials it must not be *, and Access-Control-Allow-Credentials must be true.',
      ended:
        'End a stream that is over with a terminal event named in closeOn, or answer the next request with 204.',
      idleTimeout: 'Let the server send heartbeats more often than that.',
      storage:
        'The page goes on without it. Where it is full, save less, or use indexedDb(), which has more room.',
      url: 'It begins with http:// or https://; a user and a password go into a header. Outside a page it must be absolute: there is nothing to resolve it against.',
      taskEnded:
        'Send ids with the events and answer Last-Event-ID, and a task that was cut is taken up again by itself.',
      tooLarge:
        'Raise maxEventSize if events this long are meant; otherwise the server may never end its event.',
      unfinished: 'Let the server send the end marker of its protocol, such as `data: [DONE]`.',
    }
  }
} catch {
  // A page without a bundler has no `process`, and errors without hints.
}
