/** What the embedded game master replies, in parts. */
import { asksIn, isRefusal, withAnswer } from '../adventure/asks.js'
import type { Ask } from '../adventure/asks.js'
import { replay } from '../adventure/game.js'
import type { Line } from '../adventure/lines.js'
import type { Outcome } from '../adventure/outcome.js'
import { reasoningOn, sourcesOn } from '../adventure/remarks.js'
import { newestLanguage, pieces, tellLines, tellOutcome } from '../adventure/tell.js'
import type { Language } from '../language.js'
import { callId } from './hear.js'
import type { Heard, Turn } from './hear.js'
import type { Reply, ReplyPart } from './reply.js'

export const model = 'the-mill-1'

export function compose(heard: Heard, id: string, asked?: Language): Reply {
  const { turns } = heard
  const last = turns.at(-1) ?? { said: '', files: 0, answers: {} }
  const before = replay(heeded(turns.slice(0, -1)))
  const language = asked ?? newestLanguage(turns.map(({ said }) => said))
  const asks = asksIn(last.said, before.state).filter(
    ({ tool }) => heard.tools.includes(tool) && last.answers[tool] === undefined,
  )
  const isAnswered = Object.keys(last.answers).length > 0
  const parts = [
    ...(isAnswered ? [] : [spoken('reasoning', reasoningOn(last.said, before.state, language))]),
    ...(asks.length > 0 ? asking(asks, turns, language) : telling(turns, last, before, language)),
  ]
  const reason = asks.length > 0 ? 'tool-calls' : 'stop'
  return { id, model, parts, reason, usage: usageOf(turns, parts) }
}

function asking(asks: readonly Ask[], turns: readonly Turn[], language: Language): ReplyPart[] {
  const leads = asks.map(({ lead }) => ({ say: lead }))
  const calls = asks.map(({ tool, args }): ReplyPart => {
    const id = callId(turns.length, tool)
    return { type: 'tool-call', id, name: tool, args: JSON.stringify(args).split(/(?<=[:,])/) }
  })
  return [spoken('text', tellLines(leads, language)), ...calls]
}

function telling(
  turns: readonly Turn[],
  last: Turn,
  before: Outcome,
  language: Language,
): ReplyPart[] {
  const told = tellOutcome(outcomeOf(turns, last, before), language)
  const sources = sourcesOn(last.said, turns.length === 1, language)
  return [
    spoken('text', told),
    ...sources.map((source) => ({ type: 'source' as const, ...source })),
  ]
}

/** What was said, without what has no words and the wish to begin anew where the player took it back. */
function heeded(turns: readonly Turn[]): string[] {
  return turns
    .filter(({ said, answers }) => said !== '' && !isRefusal(answers['restart_story']))
    .map(({ said }) => said)
}

function outcomeOf(turns: readonly Turn[], last: Turn, before: Outcome): Outcome {
  const { said, files, answers } = last
  const refused = answers['restart_story']
  if (refused !== undefined && isRefusal(refused)) {
    return { state: before.state, lines: [{ say: 'notRestarted', words: refused }] }
  }
  const shown: Line[] = files > 0 ? [{ say: 'shown', count: files }] : []
  const after = said === '' && files > 0 ? { ...before, lines: [] } : replay(heeded(turns))
  return {
    state: after.state,
    lines: [...shown, ...after.lines.map((line) => withAnswer(line, answers))],
  }
}

function spoken(type: 'reasoning' | 'text', words: string): ReplyPart {
  return { type, deltas: pieces(words) }
}

/** Counted in pieces, as the reply is sent in. */
function usageOf(turns: readonly Turn[], parts: readonly ReplyPart[]): Reply['usage'] {
  const input = turns.reduce((sum, { said }) => sum + pieces(said).length, 0)
  const output = parts.reduce((sum, part) => sum + ('deltas' in part ? part.deltas.length : 0), 0)
  return { input, output }
}
