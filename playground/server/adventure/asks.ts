/** What the game master asks the page for before it goes on: the tools that it may call. */
import type { Verb } from './command.js'
import type { Line, Phrase } from './lines.js'
import { parseCommands } from './parse.js'
import { score } from './world.js'
import type { GameState } from './world.js'

export type ToolName = 'local_time' | 'roll_die' | 'restart_story'

export const toolNames: readonly ToolName[] = ['local_time', 'roll_die', 'restart_story']

/** What the page answered, in its words. */
export type Answers = Readonly<Partial<Record<string, string>>>

export interface Ask {
  tool: ToolName
  args: object
  /** Said before it is asked. */
  lead: Phrase
}

/** What the message makes the game master ask for, each tool once. */
export function asksIn(text: string, state: GameState): Ask[] {
  const all: Partial<Record<Verb, Ask>> = {
    listen: { tool: 'local_time', args: {}, lead: 'listening' },
    skip: { tool: 'roll_die', args: { sides: 6 }, lead: 'throwing' },
    restart: {
      tool: 'restart_story',
      args: { turnsLost: state.turns, pointsLost: score(state) },
      lead: 'doubting',
    },
  }
  return [...new Set(parseCommands(text).map(({ verb }) => all[verb]))].filter(
    (ask) => ask !== undefined,
  )
}

/** Anything but a plain yes: the story is not begun anew without one. */
export function isRefusal(answer: string | undefined): boolean {
  return answer !== undefined && read(answer)['restarted'] !== true
}

/** The line with what the page has answered in it. */
export function withAnswer(line: Line, answers: Answers): Line {
  const { local_time: time, roll_die: die } = answers
  if (line.say === 'silence' && time !== undefined) {
    const hour = Number(read(time)['hour'])
    return hour >= 0 ? { say: 'bell', count: hour % 12 || 12 } : line
  }
  if (line.say === 'skipped' && die !== undefined) {
    const count = Number(read(die)['rolled'])
    return count > 0 ? { say: 'hops', count } : line
  }
  return line
}

/** A refusal and a failure are words, and no JSON. */
function read(answer: string): Record<string, unknown> {
  try {
    return { ...(JSON.parse(answer) as object) }
  } catch {
    return {}
  }
}
