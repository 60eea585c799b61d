import { StreamError } from '../errors.js'
import { connect } from './connect.js'
import type { Environment } from './environment.js'
import { isRepeatable } from './retry.js'
import { createCandidacy } from './tab-candidacy.js'
import { watchLife } from './tab-life.js'
import {
  type EventNews,
  isFinal,
  packDetail,
  packResponse,
  type Question,
  type Report,
  type StatusNews,
  type TabMessage,
  unpackDetail,
  unpackResponse,
} from './tab-messages.js'
import { createSuccession } from './tab-succession.js'
import { createSilenceWatch } from './tab-watch.js'
import type { Connection, ConnectionRequest, ConnectionSink } from './types.js'

const nothing = (): void => {}

/** Milliseconds that the lock of a stream that is over is kept, so that all tabs hear the end before one of them could open it again. */
const farewell = 500

/**
 * One connection for all tabs that ask by the same name: the tab that holds the lock leads and has
 * the connection, the others hear its reports and stand by to go on where it leaves off.
 */
export function connectTabs(
  request: ConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  name: string,
): Connection {
  if (!globalThis.navigator?.locks || typeof BroadcastChannel === 'undefined') {
    return connect(request, sink, environment)
  }
  let lastEventId = request.lastEventId ?? ''
  let isOpen = false
  /** In the channel; not so while the page is left. */
  let isJoined = false
  /** Some tab may have sent the request. */
  let hasBegun = false
  /** Only once, lest two tabs take the lock from each other for ever. */
  let hasReclaimed = false
  /** The leader's. */
  let connection: Connection | undefined
  let channel: BroadcastChannel | undefined
  const succession = createSuccession()
  /** The newest question: the answer to an older one may be out of date. */
  let question = ''
  /** The newest one, for a tab that is late. */
  let status: StatusNews | undefined
  let unwatch = nothing
  let cancelFarewell = nothing

  const candidacy = createCandidacy(name, { onElected: lead, onRobbed: robbed })
  const silence = createSilenceWatch(environment, {
    ask,
    takeOver: () => candidacy.stand(true),
    isNew: () => !succession.place,
  })

  const leading: ConnectionSink = {
    onStatus(given, detail) {
      const next = given === 'connecting' && hasBegun ? 'reconnecting' : given
      hasBegun = true
      reportStatus({ type: 'status', status: next, detail: packDetail(detail) })
      if (isFinal(next)) end(farewell)
      if (next !== 'connecting') sink.onStatus(next, detail)
    },
    onOpen(response, format) {
      reportStatus({ type: 'open', response: packResponse(response), format })
      sink.onOpen(response, format)
    },
    onEvent(event) {
      const head = succession.next()
      const { term, number } = head
      const news: EventNews = { type: 'event', term, number, event }
      succession.remember(news)
      post({ type: 'report', ...head, news: [news] })
      sink.onEvent(event)
    },
    onId: () => sink.onId?.(),
    onEnd: (unfinished) => sink.onEnd(unfinished),
  }

  function start(): void {
    cancelFarewell()
    isOpen = true
    hasBegun = false
    status = undefined
    unwatch = watchLife(environment, { onLeave, onReturn, onFreeze, onThaw })
    sink.onStatus('connecting', { attempt: 0 })
    if (isOpen && !isJoined) join()
  }

  /** Keeps the lock for a while where the others still have to hear why. */
  function end(time?: number): void {
    isOpen = false
    unwatch()
    leave()
    cancelFarewell()
    if (time === undefined) candidacy.withdraw()
    else cancelFarewell = environment.delay(candidacy.withdraw, time)
  }

  function join(): void {
    isJoined = true
    hasReclaimed = false
    try {
      channel = new BroadcastChannel(name)
    } catch {
      // Forbidden, where a browser is set to keep no data: then each tab has its own connection.
      return lead()
    }
    channel.addEventListener('message', ({ data }) => receive(data as TabMessage))
    silence.ask()
    candidacy.stand()
  }

  function leave(): void {
    isJoined = false
    silence.stop()
    stopLeading()
    channel?.close()
    channel = undefined
  }

  function lead(): void {
    silence.stop()
    succession.begin(newName(), lastEventId)
    if (hasBegun && !isRepeatable(request.options(), lastEventId)) {
      return leading.onStatus('failed', { attempt: 0, error: lostError(request.url()) })
    }
    connection = connect({ ...request, lastEventId }, leading, environment)
    connection.open()
  }

  function stopLeading(): void {
    lastEventId = connection?.lastEventId ?? lastEventId
    connection?.close()
    connection = undefined
  }

  /** Another tab took the lock, because this one did not answer. */
  function robbed(): void {
    stopLeading()
    silence.ask()
    candidacy.stand()
  }

  function reportStatus(news: StatusNews): void {
    status = news
    post({ type: 'report', ...succession.next(), news: [news] })
  }

  function ask(): void {
    succession.lag()
    question = newName()
    post({ type: 'ask', question, place: succession.place, lastEventId })
  }

  function post(message: TabMessage): void {
    // oxlint-disable-next-line require-post-message-target-origin -- that is a window's
    channel?.postMessage(message)
  }

  function receive(message: TabMessage): void {
    if (message.type === 'report') hear(message)
    else if (message.type === 'open') connection?.open()
    else if (connection) answer(message)
    else silence.expectAnswer()
  }

  function answer({ question, place, lastEventId }: Question): void {
    const missed = succession.since(place, lastEventId)
    const news = [status!, ...(missed ?? succession.last())]
    const isWhole = missed !== undefined
    post({ type: 'report', ...succession.current(), to: question, isWhole, news })
  }

  function hear(report: Report): void {
    if (connection) {
      // The lock says who leads, unless this tab has not heard yet that it was robbed.
      if (report.after.term !== succession.place?.term) return
      stopLeading()
      candidacy.stand()
    }
    if ((report.to ?? question) !== question) return overhear(report)
    if (!hasReclaimed && succession.isLost(report, lastEventId)) {
      hasReclaimed = true
      return candidacy.stand(true)
    }
    const kind = succession.judge(report)
    if (kind === 'gap') silence.ask()
    if (kind !== 'new') return
    silence.heard()
    hasBegun = true
    for (const news of report.news) {
      if (news.type === 'event') hearEvent(news)
      else hearStatus(news)
      if (!isJoined) return
    }
  }

  /** Somebody leads; if it is not the one that this tab knows of, it has missed something. */
  function overhear({ term }: Report): void {
    silence.heard()
    if (succession.place && succession.place.term !== term) silence.askSoon()
  }

  function hearEvent(news: EventNews): void {
    succession.remember(news)
    const { event } = news
    if (succession.isRepeated(event.lastEventId)) return
    ;({ lastEventId } = event)
    sink.onEvent(event)
  }

  function hearStatus(news: StatusNews): void {
    // A summary may hold what is known.
    if (JSON.stringify(news) === JSON.stringify(status)) return
    status = news
    if (news.type === 'open') return sink.onOpen(unpackResponse(news.response), news.format)
    if (isFinal(news.status)) end()
    sink.onStatus(news.status, unpackDetail(news.detail))
  }

  function newName(): string {
    return `${environment.now()} ${environment.random()}`
  }

  /** Another tab goes on at once; and a page with a lock is not kept for coming back to. */
  function onLeave(): void {
    leave()
    candidacy.withdraw()
  }

  function onReturn(): void {
    if (!isJoined) join()
    else if (!connection) silence.ask()
  }

  /** A frozen tab must not lead. What the others report meanwhile, it hears when it thaws. */
  function onFreeze(): void {
    silence.stop()
    stopLeading()
    candidacy.withdraw()
  }

  function onThaw(): void {
    if (!isJoined || connection) return
    silence.ask()
    candidacy.stand()
  }

  return {
    open() {
      if (!isOpen) return start()
      connection?.open()
      post({ type: 'open' })
    },
    close: () => end(),
    get lastEventId() {
      return connection?.lastEventId ?? lastEventId
    },
  }
}

function lostError(url: string): StreamError {
  const message = `Expected the tab that read ${url} to stay: it has gone, and the request may not be sent twice`
  return new StreamError('network', message, { url })
}
