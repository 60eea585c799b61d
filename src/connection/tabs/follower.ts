import type { Environment } from '../environment.js'
import { isFinal } from '../is-final.js'
import {
  type EventNews,
  type Report,
  type StatusNews,
  unpackDetail,
  unpackResponse,
} from './messages.js'
import type { TabState } from './state.js'
import { createSilenceWatch } from './silence-watch.js'
import type { ConnectionSink } from '../types.js'
import { uniqueName } from '../unique-name.js'

/** The part of a tab that hears the leader's reports, and notices when they stop. */
export interface Follower {
  /** Asks what the tab has missed, and watches from now on. */
  follow(): void
  /** Stops watching: the tab leads, has left or is frozen. */
  rest(): void
  hear(report: Report): void
  /** Another tab has asked the leader, so an answer is due. */
  expectAnswer(): void
}

export function createFollower(
  tab: TabState,
  sink: ConnectionSink,
  environment: Environment,
  /** The stream is over. */
  onOver: () => void,
): Follower {
  const { tabs, succession } = tab
  /** The newest question. The answer to an older one may be out of date. */
  let question = ''
  const silence = createSilenceWatch(environment, {
    postQuestion,
    takeOver: tabs.takeOver,
    isNew: () => !succession.place,
  })

  function postQuestion(): void {
    succession.fallBehind()
    question = uniqueName(environment)
    tabs.post({ type: 'ask', question, place: succession.place, lastEventId: tab.lastEventId })
  }

  function hear(report: Report): void {
    // An answer to another tab, or to an older question. At least it shows that somebody leads.
    if ((report.to ?? question) !== question) return silence.heard()
    const kind = succession.judge(report)
    if (kind === 'lost') return tabs.takeOver()
    if (kind === 'gap') silence.ask()
    if (kind !== 'new') return
    silence.heard()
    for (const news of report.news) {
      if (news.type === 'event') hearEvent(news, report)
      else hearStatus(news)
      if (!tabs.isJoined) return
    }
  }

  function hearEvent(news: EventNews, report: Report): void {
    const { event } = news
    if (succession.isRepeated(news, report)) return
    succession.remember(news)
    tab.lastEventId = event.lastEventId
    sink.onEvent(event)
  }

  function hearStatus(news: StatusNews): void {
    // A summary may repeat the status.
    if (JSON.stringify(news) === JSON.stringify(tab.status)) return
    tab.status = news
    if (news.type === 'open') return sink.onOpen(unpackResponse(news.response), news.format)
    if (isFinal(news.status)) onOver()
    if (news.status !== 'connecting') sink.onStatus(news.status, unpackDetail(news.detail))
  }

  return { follow: silence.ask, rest: silence.stop, hear, expectAnswer: silence.expectAnswer }
}
