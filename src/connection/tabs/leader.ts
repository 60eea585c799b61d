import { StreamError } from '../../errors.js'
import { connect } from '../connect.js'
import type { Environment } from '../environment.js'
import { isFinal } from '../is-final.js'
import { isRepeatable } from '../retry.js'
import {
  type EventNews,
  packDetail,
  packResponse,
  type Question,
  type StatusNews,
} from './messages.js'
import type { TabState } from './state.js'
import type { Connection, ConnectionRequest, ConnectionSink } from '../types.js'
import { uniqueName } from '../unique-name.js'

/** The part of a tab that has the connection, and reports to the other tabs all that comes. */
export interface Leader {
  /** Opens the connection, from the last event id that this tab has heard. */
  lead(): void
  stop(): void
  /** If the connection waits for a retry, tries at once. */
  open(): void
  answer(question: Question): void
}

export function createLeader(
  tab: TabState,
  request: ConnectionRequest,
  sink: ConnectionSink,
  environment: Environment,
  /** The stream is over, and the others have been told. */
  onOver: () => void,
): Leader {
  const { tabs, succession } = tab
  let connection: Connection | undefined

  const reporting: ConnectionSink = {
    onStatus(given, detail) {
      const next = given === 'connecting' && tab.status ? 'reconnecting' : given
      reportStatus({ type: 'status', status: next, detail: packDetail(detail) })
      if (isFinal(next)) onOver()
      if (next !== 'connecting') sink.onStatus(next, detail)
    },
    onOpen(response, format) {
      reportStatus({ type: 'open', response: packResponse(response), format })
      sink.onOpen(response, format)
    },
    onEvent(event) {
      tab.lastEventId = event.lastEventId
      const head = succession.next()
      const { term, number } = head
      const news: EventNews = { type: 'event', term, number, event }
      succession.remember(news)
      tabs.post({ type: 'report', ...head, news: [news] })
      sink.onEvent(event)
    },
    onId() {
      tab.lastEventId = connection!.lastEventId
      sink.onId?.()
    },
    onEnd: (unfinished) => sink.onEnd(unfinished),
  }

  function reportStatus(news: StatusNews): void {
    tab.status = news
    tabs.post({ type: 'report', ...succession.next(), news: [news] })
  }

  return {
    lead() {
      const { status, lastEventId } = tab
      const term = uniqueName(environment)
      succession.begin(term, lastEventId, environment.now())
      const { lastEvent: event } = request
      // Heard by this tab before: late tabs are told it, too. Those that know it say so by its id.
      if (lastEventId && event?.lastEventId === lastEventId && !succession.knows(lastEventId)) {
        succession.remember({ type: 'event', term, number: 0, event })
      }
      if (status && !isRepeatable(request.options(), lastEventId)) {
        return reporting.onStatus('failed', { attempt: 0, error: lostError(request.url()) })
      }
      connection = connect({ ...request, lastEventId }, reporting, environment)
      connection.open()
    },
    stop() {
      connection?.close()
      connection = undefined
    },
    open: () => connection?.open(),
    answer({ question, place, lastEventId }) {
      const { ids, events } = succession.since(place, lastEventId)
      const news = [tab.status!, ...events]
      tabs.post({ type: 'report', ...succession.current(), to: question, ids, news })
    },
  }
}

function lostError(url: string): StreamError {
  const message = `Expected the tab that read ${url} to stay: it has gone, and the request may not be sent twice`
  return new StreamError('network', message, { url })
}
