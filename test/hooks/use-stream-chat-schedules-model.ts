/** What a chat does, said once more and more simply: of any schedule it predicts all that can be seen. */
import { defaultEnvironment } from '../../src/connection/environment.js'
import type { Exchange } from '../../src/testing/exchange.js'
import type { Action } from './use-stream-chat-schedules-actions.js'
import { partsOf, type Hearer } from './schedules-wire.js'
import {
  ask,
  beginAgain,
  canResume,
  isRepeated,
  newTurn,
  shown,
  unasked,
  type Outcome,
  type Turn,
} from './use-stream-chat-schedules-turn.js'
import { isWorthSending, told, type Said, type Seen } from './use-stream-chat-schedules-seen.js'

export function createChatModel(hasId: boolean, fault: (...words: unknown[]) => void) {
  let messages: readonly Said[] = []
  let reply: Said | undefined
  let lastSent: readonly Said[] | undefined
  let turn: Turn | undefined
  let error: string | undefined
  let users = 0
  /** Who has made it is or was among them. */
  let isOwned = false
  let cancelFrame: (() => void) | undefined
  /** Of the options that count, and of those with the handlers that do. */
  let version = 0
  let handlers: number | 'none' | undefined
  const log: string[] = []
  const sendsAgain: string[] = []
  /** As last published: what it says, and the messages themselves. */
  let published = { seen: build(), messages }
  const { now, delay, frame } = defaultEnvironment

  function build(): Seen {
    if (reply && turn) {
      reply.text = shown(turn)
      reply.status = reply.text ? 'streaming' : 'pending'
      reply.resumeUrl = turn.resumeUrl
    }
    const failed = reply?.error ? 'error' : 'ready'
    const loading = reply?.status === 'streaming' ? 'streaming' : 'submitted'
    return {
      messages: listed().map(told),
      reply: reply && told(reply),
      status: turn ? loading : failed,
      isLoading: turn !== undefined,
      streamingContent: reply?.text ?? '',
      error,
    }
  }
  function listed(): readonly Said[] {
    return turn?.isListed ? [...messages, reply!] : messages
  }
  /** To the handlers, where there are any. */
  function tell(line: string): void {
    if (typeof handlers === 'number') log.push(line)
  }
  function change(): void {
    cancelFrame ??= frame(publish)
  }
  function publish(): void {
    cancelFrame?.()
    cancelFrame = undefined
    published = { seen: build(), messages: listed() }
  }

  function receive(before?: Said): Outcome {
    const said = lastSent ?? messages.filter(isWorthSending)
    const isListed = before ? messages.includes(before) : !lastSent
    messages = messages.filter((each) => each !== before)
    reply = before ?? { role: 'assistant', text: '', status: 'pending' }
    error = reply.error = undefined
    turn = newTurn({
      history: said.map(({ role, text }) => `${role}: ${text}`),
      isListed,
      isPinned: users === 0,
      isResumed: before !== undefined,
      longest: reply.text,
      resumeUrl: reply.resumeUrl,
      dueAt: now(),
      options: version,
    })
    publish()
    return turn.outcome
  }

  /** An attempt has failed: by an answer, or for want of a network. */
  function lose(current: Turn, code: string, isTransient: boolean): void {
    if (!isRepeated(current, code, isTransient, now())) {
      const { cutBy, isResumed } = current
      return end(code !== 'http' || cutBy || isResumed ? 'interrupted' : 'error', cutBy ?? code)
    }
    error = code
    change()
    tell(`error ${code}`)
  }

  function end(status: string, failure?: string): void {
    const { isListed, outcome, text } = turn!
    reply!.text = status === 'complete' ? text : shown(turn!)
    reply!.status = status
    reply!.error = failure
    reply!.resumeUrl = status === 'interrupted' ? turn!.resumeUrl : undefined
    if (isListed) messages = [...messages, reply!]
    turn = undefined
    error = failure ?? error
    publish()
    outcome.value = failure ? `!${failure}` : reply!.text
    if (failure) tell(`error ${failure}`)
    tell(`finish ${told(reply!)}`)
    const again = typeof handlers === 'number' && sendsAgain.pop()
    if (again) send(again)
  }

  function send(text: string): Outcome {
    if (turn) return { value: '!busy' }
    lastSent = undefined
    messages = [...messages, { role: 'user', text, status: 'complete' }]
    return receive()
  }

  function stop(): void {
    if (!turn) return
    const stopped = reply!
    end('stopped')
    tell(`cancel ${told(stopped)}`)
  }

  function setMessages(next: readonly Said[]): void {
    messages = turn ? next.filter((each) => each !== reply) : next
    if (turn) turn.isListed = messages.length < next.length
    publish()
  }

  function removeMessage(index: number): void {
    const { [index]: removed } = published.messages
    if (removed && removed === reply) stop()
    setMessages(published.messages.filter((each) => each !== removed))
  }

  const begins: Record<string, (text: string) => Outcome> = {
    sendMessage: send,
    sendList(text) {
      lastSent = [{ role: 'user', text, status: 'complete' }]
      return receive()
    },
    regenerate() {
      const last = messages.findLastIndex(({ role }) => role === 'user')
      if (!lastSent && last < 0) return { value: '!invalid-option' }
      if (!lastSent) messages = messages.slice(0, last + 1)
      return receive()
    },
    requestReply() {
      lastSent = undefined
      return receive()
    },
    resume() {
      const last = lastSent ? reply : messages.at(-1)
      const isCut = last?.status === 'interrupted' && last.resumeUrl
      return isCut ? receive(last) : { value: '!invalid-option' }
    },
  }

  return {
    log,
    sendsAgain,
    get published() {
      return published
    },
    get turn() {
      return turn
    },
    /** `before`: the version of the handlers that the same component gave last. */
    configure(next: number, hasHandlers: boolean, before?: number) {
      version = next
      // Those who name a chat all have a say: one that gives no handlers leaves the others'.
      if (hasHandlers) handlers = next
      else if (!hasId || (before !== undefined && before === handlers)) handlers = 'none'
    },
    /** `undefined` where nobody has given any who has been there. */
    get handlers() {
      return handlers
    },
    act(action: Action, number: number, text: string): Outcome | undefined {
      if (action in begins) return turn ? { value: '!busy' } : begins[action]!(text)
      if (action === 'stop') stop()
      else if (action === 'clear') {
        messages = []
        lastSent = error = undefined
        if (turn) turn.isListed = false
        stop()
        if (!turn) reply = undefined
        publish()
      } else if (action === 'removeMessage') removeMessage(number)
      else if (number === 0)
        setMessages([{ role: 'system', text, status: 'complete' }, ...published.messages])
      else if (number === 1) setMessages(published.messages.slice(0, -1))
      else setMessages(published.messages.slice(1))
      return undefined
    },
    retain(isOwner: boolean) {
      users += 1
      isOwned ||= isOwner
      if (!turn?.isAway) return
      Object.assign(turn, { isAway: false, ...unasked(now(), version) })
    },
    leave() {
      // Before the chat itself, which may ask for the next reply.
      delay(() => {
        users -= 1
        if (users > 0) return
        const isKept = hasId || (turn?.isPinned && !isOwned)
        if (!turn || isKept) return
        if (!canResume(turn)) return end('interrupted', 'aborted')
        if (turn.isBegun) turn.cutBy = 'aborted'
        turn.isAsked = turn.isAway = true
        turn.exchange = turn.dueAt = undefined
      }, -1)
    },
    /** A request has been sent. */
    ask(exchange: Exchange, by: number): Hearer | undefined {
      const current = turn
      if (!current || current.dueAt === undefined || current.dueAt > now()) {
        fault('asked too early, or for nothing', exchange.request.url)
        return undefined
      }
      const { options = version } = current
      ask(current, exchange, fault)
      if (by !== options) fault('asked with old options', by, options)
      return {
        onAnswer(status, headers) {
          if (status !== 200) return lose(current, 'http', status === 503)
          current.resumeUrl ??= headers.get('content-location') ?? undefined
          current.isAsked = current.isBegun = true
          current.cutBy = undefined
          current.openedAt = now()
          if (current.lastEventId === '') beginAgain(current)
          error = undefined
          if (canResume(current)) publish()
          else change()
        },
        onRead(sent) {
          const { id, data } = partsOf(sent)
          current.failures = 0
          current.lastEventId = id ?? current.lastEventId
          tell(`event ${data}`)
          if (data === '[DONE]') return end('complete')
          current.text += (JSON.parse(data) as { content: string }).content
          change()
        },
        onEnd() {
          if (canResume(current)) lose(current, 'incomplete', true)
          else end('complete')
        },
        onLost: () => lose(current, 'network', true),
      }
    },
  }
}
export type ChatModel = ReturnType<typeof createChatModel>
