/** A reply under way, as the model of a chat has it: what is asked for, when, and what came. */
import type { Exchange } from '../../src/testing/exchange.js'

/** What came of a call: a text, or `!` and the code of an error. */
export interface Outcome {
  value?: string
}

export interface Turn {
  history: readonly string[]
  isListed: boolean
  isPinned: boolean
  isResumed: boolean
  /** What is asked for is an answer that the server has begun. */
  isAsked: boolean
  /** The server has begun it in this turn. */
  isBegun: boolean
  isAway: boolean
  text: string
  /** What is shown until `text` is as long. */
  longest: string
  /** How often in a row it came again and brought no more. */
  stalls: number
  resumeUrl: string | undefined
  lastEventId: string
  failures: number
  openedAt: number
  cutBy?: string | undefined
  /** When the next request is sent, where none is under way. */
  dueAt: number | undefined
  /** The options that it goes by where it is sent at once: those of that moment. */
  options?: number | undefined
  exchange?: Exchange | undefined
  outcome: Outcome
}

const retryDelay = 500
const attempts = 2

type Begun = 'isListed' | 'isPinned' | 'isResumed' | 'history' | 'longest' | 'resumeUrl'

export function newTurn(given: Pick<Turn, Begun> & { dueAt: number; options: number }): Turn {
  return {
    ...given,
    ...unasked(given.dueAt, given.options),
    isAsked: given.isResumed,
    isBegun: false,
    isAway: false,
    text: '',
    stalls: -1,
    lastEventId: '',
    outcome: {},
  }
}

/** It is asked for at once, as if for the first time. */
export function unasked(
  dueAt: number,
  options: number,
): Pick<Turn, 'failures' | 'openedAt' | 'dueAt' | 'options'> {
  return { failures: 0, openedAt: Infinity, dueAt, options }
}

export function canResume({ resumeUrl }: Turn): boolean {
  return resumeUrl !== undefined
}

export function shown({ text, longest }: Turn): string {
  return text.length < longest.length ? longest : text
}

/** It comes from its start. */
export function beginAgain(turn: Turn): void {
  turn.stalls = turn.text.length > turn.longest.length ? 0 : turn.stalls + 1
  turn.longest = shown(turn)
  turn.text = ''
}

/** An attempt has failed: is it repeated, later? */
export function isRepeated(turn: Turn, code: string, isTransient: boolean, now: number): boolean {
  const { isAsked, stalls, isBegun } = turn
  turn.exchange = turn.options = undefined
  if (now - turn.openedAt >= 10_000) turn.failures = 0
  turn.failures += 1
  if (code !== 'http' && isBegun) turn.cutBy = code
  const mayBe = isAsked ? canResume(turn) && stalls < attempts : code === 'http'
  if (!isTransient || !mayBe || turn.failures > attempts) return false
  turn.dueAt = now + retryDelay
  return true
}

/** A request has been sent: the right one? */
export function ask(turn: Turn, exchange: Exchange, fault: (...words: unknown[]) => void): void {
  const { method, url, lastEventId } = exchange.request
  const asked = [method, new URL(url, 'http://x').pathname]
  const expected = turn.isAsked ? ['GET', turn.resumeUrl] : ['POST', '/chat']
  if (String(asked) !== String(expected)) fault('asked', asked, expected)
  if (lastEventId !== turn.lastEventId) fault('asked from', lastEventId)
  if (method === 'POST') void checkHistory(exchange, turn.history, fault)
  turn.dueAt = undefined
  turn.exchange = exchange
  turn.openedAt = Infinity
}

async function checkHistory(
  exchange: Exchange,
  history: readonly string[],
  fault: (...words: unknown[]) => void,
): Promise<void> {
  const body = (await exchange.request.json()) as { messages: { role: string; content: string }[] }
  const sent = body.messages.map(({ role, content }) => `${role}: ${content}`)
  if (String(sent) !== String(history)) fault('sent', sent, 'and not', history)
}
