import { announcedUrl } from '../../connection/announced-url.js'
import { cancel } from '../../connection/cancel.js'
import { connect } from '../../connection/connect.js'
import type { Environment } from '../../connection/environment.js'
import type {
  ConnectionDefaults,
  ConnectionOptions,
  StatusDetail,
  StreamStatus,
} from '../../connection/types.js'
import { atUrl, StreamError } from '../../errors.js'
import { parseError } from '../../formats/parse-error.js'
import type { StreamEvent, StreamFormat } from '../../formats/types.js'
import { hints } from '../../hints.js'
import { createDraft, sizeOf, type Draft } from '../../protocols/message/draft.js'
import type { ChatMessage } from '../../protocols/message/message.js'
import type { ChatProtocol, ChatReader, ReplyInfo } from '../../protocols/types.js'
import { tellServer } from '../tell-server.js'
import type { ChatOptions } from './chat-types.js'
import { noteEmptyReply } from './empty-reply.js'
import { inProviderWords } from '../provider-words.js'

const defaults: ConnectionDefaults = {
  attempts: 2,
  minDelay: 500,
  maxDelay: 5_000,
  connectTimeout: 0,
}

export interface TurnRequest {
  url: string
  messages: readonly ChatMessage[]
  protocol: ChatProtocol
  /** The options of the POST or, once the server `isAsked`, of the GET. Called at each attempt. */
  options(isAsked: boolean): ConnectionOptions & Pick<ChatOptions, 'cancelRequest'>
  /** The URL of the user's option `resumeUrl`. */
  resumeUrl(): string | undefined
}

export type TurnEnd = 'complete' | 'stopped' | 'interrupted' | 'error'

export interface TurnSink {
  onChange(): void
  onEvent(event: StreamEvent): void
  /** An attempt failed and another follows, or an event did not parse: the turn goes on. */
  onError(error: StreamError): void
  /** The response has come: the error of an earlier attempt is obsolete. */
  onOpen(): void
  /** Returns the reply as it has settled. */
  onEnd(status: TurnEnd, error?: StreamError): ChatMessage
}

/** One reply, from its request to its end, over one connection: a POST, then GETs of what is missing. */
export interface Turn {
  /** The reply as it is to be shown. */
  snapshot: Draft['snapshot']
  /** Where the reply can be fetched from again, if it can. */
  resumeUrl(): string | undefined
  /** Requests the reply or, after `leave()`, the rest of it. */
  open(): void
  /** The page leaves: a reply that can be resumed waits for the next `open()`, any other ends. */
  leave(): void
  /** Ends the reply, and tells the server so. */
  stop(): void
}

/** `before`: the reply so far. One that is `interrupted` is resumed: its POST is not sent again. */
export function createTurn(
  request: TurnRequest,
  sink: TurnSink,
  environment: Environment,
  before: ChatMessage,
): Turn {
  const { protocol } = request
  const isResumed = before.status === 'interrupted'
  let draft = createDraft()
  /** The reply as it was before it last began again from its start: shown until `draft` is as long. */
  let longest: Pick<Draft, 'snapshot'> = { snapshot: () => before }
  /** How many times in a row it began again without having grown. From -1, because the first time counts. */
  let stalls = -1
  let replyInfo: ReplyInfo | undefined
  let reader: ChatReader | undefined
  let contentLocation = before.resumeUrl
  let cancelUrl: string | undefined
  /** What cut the reply, until it goes on: an attempt to fetch the rest may fail for another reason. */
  let cutBy: StreamError | undefined
  /** The server may have acted on the POST, which is never sent again then. */
  let isAsked = isResumed
  let isAway = true
  let isOver = false

  const connection = connect(
    {
      url: () => (isAsked && resumeUrl()) || request.url,
      options,
      defaults,
      detectFormat: protocol.detectFormat,
    },
    { onOpen, onEvent: read, onEnd, onStatus },
    environment,
  )

  function options(): ConnectionOptions {
    const current = request.options(isAsked)
    const { attempts = defaults.attempts } = current.retry || {}
    const isLastTry = isAsked && !(resumeUrl() && stalls < attempts)
    return isLastTry ? { ...current, retry: false } : current
  }

  function onOpen(response: Response, format: StreamFormat): void {
    const posted = request.options(false)
    contentLocation ??= announcedUrl('content-location', response, request.url, posted)
    cancelUrl ??= announcedUrl('brooklet-cancel', response, request.url, posted)
    isAsked = true
    cutBy = undefined
    replyInfo = { format, headers: response.headers, before, messages: request.messages }
    // Only by an event id, or by a URL of the reader's own, can a reply go on where it was cut.
    const goesOn = connection.lastEventId !== '' || (!request.resumeUrl() && readerUrl())
    if (!goesOn) begin()
    sink.onOpen()
  }

  /** The reply begins, for the first time or again: with a fresh reader and an empty draft. */
  function begin(): void {
    stalls += 1
    if (sizeOf(draft) > sizeOf(longest)) {
      longest = draft
      stalls = 0
    }
    draft = createDraft()
    reader = protocol.reader(replyInfo!)
  }

  function read(event: StreamEvent): void {
    sink.onEvent(event)
    if (isOver) return
    if (event.type === 'gap') return onGap(event.data)
    try {
      const ended = reader?.read(event, draft)
      if (ended && !draft.error) return void end(ended)
    } catch (error) {
      sink.onError(atUrl(parseError(event, error), request.url))
    }
    if (draft.error) end('error', draft.error)
    else if (!isOver) sink.onChange()
  }

  /** Brooklet's server sends `gap` if it cannot resume by the id that it was given. */
  function onGap(reason: string): void {
    // After this reason the whole reply follows; after any other a part of it is lost.
    if (reason.includes('unknown-id')) begin()
    else end('interrupted', incomplete(request.url))
  }

  function onEnd(unfinished: StreamEvent | undefined): StreamError | undefined {
    // If the reply is resumed, an event that was cut off comes again whole.
    if (unfinished && !resumeUrl()) read(unfinished)
    if (readEnd(Boolean(resumeUrl())) && !draft.error) return incomplete(request.url)
    end(draft.error ? 'error' : 'complete', draft.error)
    return undefined
  }

  /** Returns whether the reply was cut; `mayLack` is what to assume if the protocol cannot tell. */
  function readEnd(mayLack: boolean): boolean {
    const verdict = reader?.end(draft)
    return verdict === 'cut' || (verdict === 'unmarked' && mayLack)
  }

  function onStatus(status: StreamStatus, { error }: StatusDetail): void {
    if (error) return failed(inProviderWords(error, protocol), status === 'failed')
    if (status !== 'closed') return
    // Closed by the user's signal, or by a 204: there is no reply, or no more of it.
    if (request.options(false).signal?.aborted) end('stopped')
    // Without an id in the request, the server cannot know how far the reply had come.
    else if (reader && !readEnd(!connection.lastEventId)) end('complete')
    else end('interrupted', incomplete(request.url))
  }

  function failed(error: StreamError, isFinal: boolean): void {
    // A status such as 503 may succeed later, but it is the server's answer, and not a lost connection.
    const isLost = error.retryable && error.code !== 'http'
    if (isLost && reader) cutBy = error
    if (!isFinal) sink.onError(error)
    else end(isLost || cutBy || isResumed ? 'interrupted' : 'error', cutBy ?? error)
  }

  function end(status: TurnEnd, error?: StreamError): ChatMessage | undefined {
    if (isOver) return undefined
    atUrl(error, request.url)
    isOver = true
    connection.close()
    if (status === 'complete') {
      noteEmptyReply?.(draft, request.url)
      // A complete reply is shown even if an earlier version of it was longer.
      longest = draft
    }
    // The part of a reply from before its tools ran has not failed.
    return sink.onEnd(before.continuedAt && error ? 'interrupted' : status, error)
  }

  /** Where the rest of the reply can be fetched from, if it can. */
  function resumeUrl(fromStart?: boolean): string | undefined {
    const own = readerUrl(fromStart)
    const announced = own === undefined ? contentLocation : own
    return request.resumeUrl() || announced || undefined
  }

  /** The URL from which a reader that knows its backend fetches the rest; `null` if it cannot be fetched. */
  function readerUrl(fromStart?: boolean): string | null | undefined {
    return reader?.resumeUrl?.(request.url, fromStart)
  }

  return {
    snapshot(isWhole) {
      const written = sizeOf(draft) < sizeOf(longest) ? longest : draft
      return written.snapshot(isWhole)
    },
    resumeUrl: () => resumeUrl(true),
    open() {
      if (isAway) connection.open()
      isAway = false
    },
    leave() {
      const error = new StreamError('aborted', 'The page left the reply')
      if (!resumeUrl()) return void end('interrupted', error)
      isAsked = isAway = true
      cutBy = reader && error
      connection.close()
    },
    stop() {
      const reply = end('stopped')!
      const options = request.options(true)
      const { cancelRequest = () => cancelUrl && cancel(cancelUrl, options, environment.fetch) } =
        options
      void tellServer('The reply', cancelRequest, reply, sink.onError)
    },
  }
}

function incomplete(url: string): StreamError {
  const message = `Expected a whole reply from ${url}, its stream ended before`
  return new StreamError('incomplete', message, { url, hint: hints.unfinished })
}
