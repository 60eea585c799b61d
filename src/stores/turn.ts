import { connect } from '../connection/connect.js'
import type { Environment } from '../connection/environment.js'
import { resumeLocation } from '../connection/resume-location.js'
import type {
  Connection,
  ConnectionDefaults,
  ConnectionRequest,
  RequestOptions,
} from '../connection/types.js'
import { StreamError } from '../errors.js'
import { parseError } from '../formats/parse-error.js'
import type { StreamEvent, StreamFormat } from '../formats/types.js'
import { hints } from '../hints.js'
import { createDraft, type Draft } from '../protocols/draft.js'
import type { ChatProtocol, ChatReader } from '../protocols/types.js'

const defaults: ConnectionDefaults = {
  attempts: 2,
  minDelay: 500,
  maxDelay: 5_000,
  connectTimeout: 0,
}

export interface TurnRequest {
  url(): string
  protocol: ChatProtocol
  /** The options of the POST, asked at each attempt. */
  options(): RequestOptions
  /** The options of the GET that resumes a reply. */
  resumeOptions(): RequestOptions
  /** Where the user says that a cut reply can be fetched from. */
  resumeUrl(): string | undefined
}

export type TurnEnd = 'complete' | 'stopped' | 'interrupted' | 'error'

export interface TurnSink {
  onChange(): void
  onEvent(event: StreamEvent): void
  /** An attempt failed and another follows, or an event did not parse: the turn goes on. */
  onError(error: StreamError): void
  /** The response is there: an error of an attempt before it is over. */
  onOpen(): void
  onEnd(status: TurnEnd, error?: StreamError): void
}

/** One reply, from its request to its end: over one connection and, where that is cut, over another. */
export interface Turn {
  readonly draft: Draft
  start(): void
  /** Closes the connection. Nothing more comes of it, unless it is resumed. */
  close(): void
  canResume(): boolean
  /** Fetches what is missing. */
  resume(): void
}

export function createTurn(request: TurnRequest, sink: TurnSink, environment: Environment): Turn {
  const { url, protocol } = request
  let draft = createDraft()
  let longest = draft
  let reader: ChatReader | undefined
  let location: string | undefined
  let connection: Connection
  let isLive = true

  function start(): void {
    // Once a response is there the server has acted: the POST is not sent again, whatever happens.
    const options = (): RequestOptions =>
      reader ? { ...request.options(), retry: false } : request.options()
    function onOpen(response: Response, format: StreamFormat): void {
      location = resumeLocation(response, url(), request.options())
      reader = protocol.reader({ format, headers: response.headers })
    }
    function onFailed(error: StreamError): void {
      if (!reader || !isCut(error)) end('error', error)
      else if (canResume()) resume(error)
      else end('interrupted', error)
    }
    receive({ url, options, defaults }, onOpen, onFailed)
  }

  function resume(cutBy?: StreamError): void {
    isLive = true
    const from = { url: () => resumeUrl() ?? url(), lastEventId: connection.lastEventId }
    function onOpen(response: Response, format: StreamFormat): void {
      if (connection.lastEventId !== '') return
      // Without an id nobody can say where it was cut: it comes again from the start.
      if (draft.content.length > longest.content.length) longest = draft
      draft = createDraft()
      reader = protocol.reader({ format, headers: response.headers })
    }
    function onFailed(error: StreamError): void {
      if (longest.content.length > draft.content.length) draft = longest
      end('interrupted', cutBy ?? error)
    }
    receive({ ...from, options: request.resumeOptions, defaults }, onOpen, onFailed)
  }

  function receive(
    from: ConnectionRequest,
    onOpen: (response: Response, format: StreamFormat) => void,
    onFailed: (error: StreamError) => void,
  ): void {
    connection = connect(
      from,
      {
        onOpen(response, format) {
          onOpen(response, format)
          sink.onOpen()
        },
        onEvent: read,
        onEnd,
        onStatus(status, { error }) {
          if (status === 'closed') end(...closedBy())
          else if (status === 'failed' && error) onFailed(error)
          else if (error) sink.onError(error)
        },
      },
      environment,
    )
    connection.open()
  }

  function read(event: StreamEvent): void {
    sink.onEvent(event)
    if (!isLive) return
    try {
      if (reader?.read(event, draft) === 'complete') return end('complete')
    } catch (error) {
      sink.onError(parseError(event, error))
    }
    if (draft.error) end('error', draft.error)
    else sink.onChange()
  }

  function onEnd(unfinished: StreamEvent | undefined): StreamError | undefined {
    if (unfinished) read(unfinished)
    if (!isLive) return undefined
    const verdict = reader?.end(draft)
    const isWhole = verdict === 'complete' || (verdict === 'unmarked' && !canResume())
    if (isWhole) end('complete')
    return isWhole ? undefined : incomplete(url())
  }

  /** The connection was closed, and not by us: by the user's signal, or by 204, which has no reply or no more of it. */
  function closedBy(): [TurnEnd, StreamError?] {
    if (request.options().signal?.aborted) return ['stopped']
    if (reader && reader.end(draft) !== 'cut') return ['complete']
    return [reader ? 'interrupted' : 'error', incomplete(url())]
  }

  function end(status: TurnEnd, error?: StreamError): void {
    if (!isLive) return
    close()
    sink.onEnd(status, error && inProviderWords(error, protocol))
  }

  function close(): void {
    isLive = false
    connection.close()
  }

  function resumeUrl(): string | undefined {
    return request.resumeUrl() ?? location
  }

  function canResume(): boolean {
    return resumeUrl() !== undefined
  }

  return {
    get draft() {
      return draft
    },
    start,
    close,
    canResume,
    resume: () => resume(),
  }
}

/** After a cut a reply may be resumed; any other failure would only come again. */
function isCut({ code }: StreamError): boolean {
  return code === 'network' || code === 'incomplete' || code === 'timeout'
}

function incomplete(url: string): StreamError {
  const message = `Expected a whole reply from ${url}, its stream ended before`
  return new StreamError('incomplete', message, { url, hint: hints.unfinished })
}

function inProviderWords(error: StreamError, protocol: ChatProtocol): StreamError {
  const { url, status, body, hint, retryable, cause } = error
  if (body === undefined || status === undefined) return error
  const words = protocol.errorMessage?.(body, status)
  if (!words) return error
  return new StreamError(error.code, words, { url, status, body, hint, retryable, cause })
}
