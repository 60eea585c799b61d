/**
 * The game as a pure function of what the player has said: the state is made by replaying every
 * message from the start, so the server keeps nothing, and the same history has the same answer.
 */
import type { Command, Verb } from './command.js'
import type { Hint, Line } from './lines.js'
import type { Outcome, Rule } from './outcome.js'
import { inTurn, say } from './outcome.js'
import { parseCommands } from './parse.js'
import { douse, drop, eat, give, inventory, light, read, take, talk } from './rules-items.js'
import { oil, open, turn, use } from './rules-machines.js'
import { go, look, lookAround } from './rules-moving.js'
import { did, holds, score, start } from './world.js'
import type { GameState } from './world.js'

const rules: Record<Verb, Rule> = {
  go,
  look,
  take,
  drop,
  open,
  read,
  inventory,
  talk,
  give,
  use,
  put: use,
  light,
  douse,
  oil,
  turn,
  eat,
  close: (state) => say(state, 'noNeedToClose'),
  listen: (state) => say(state, 'silence'),
  skip: (state) => say(state, 'skipped'),
  force: (state) => say(state, 'noForce'),
  wait: (state) => say(state, 'waited'),
  greet: (state) => say(state, 'greeting', hint(state)),
  help: (state) => say(state, 'help'),
  hint: (state) => say(state, hint(state)),
  score: (state) => ({ state, lines: [{ say: 'score', turns: state.turns, score: score(state) }] }),
  sheet: (state) => ({ state, lines: [{ say: 'sheet', state }] }),
  start: (state) => lookAround(state),
  restart: () => opening('restarted'),
  unknown: (state) => say(state, puzzled[state.turns % puzzled.length]!, hint(state)),
}

const puzzled = ['unknown0', 'unknown1', 'unknown2'] as const

/** Talk about the game takes no time in it. */
const timeless: readonly Verb[] = [
  'help',
  'hint',
  'score',
  'unknown',
  'greet',
  'sheet',
  'start',
  'restart',
]

/** What can still be done when the story is over. */
const afterTheEnd: readonly Verb[] = ['look', 'score', 'sheet', 'restart', 'start', 'inventory']

/** The answer to the last of the player's messages. */
export function replay(said: readonly string[]): Outcome {
  const [first = '', ...later] = said
  return later.reduce<Outcome>((before, text) => answer(before.state, text), begin(first))
}

/** The first message opens the story; where it is a command already, that is carried out as well. */
function begin(text: string): Outcome {
  const opened = opening('intro')
  const commands = parseCommands(text)
  const idle: readonly Verb[] = ['start', 'restart', 'unknown', 'greet', 'look']
  if (commands.every(({ verb }) => idle.includes(verb))) return opened
  const next = answer(opened.state, text)
  return { state: next.state, lines: [...opened.lines, ...next.lines] }
}

function opening(phrase: 'intro' | 'restarted'): Outcome {
  return { state: start, lines: [{ say: phrase }, ...lookAround(start).lines] }
}

function answer(state: GameState, text: string): Outcome {
  return inTurn(state, parseCommands(text), perform)
}

function perform(state: GameState, command: Command): Outcome {
  if (command.verb === 'start' && did(state, 'sluiceOpen')) return opening('restarted')
  if (did(state, 'sluiceOpen') && !afterTheEnd.includes(command.verb)) return say(state, 'finished')
  const now = timeless.includes(command.verb) ? state : { ...state, turns: state.turns + 1 }
  const after = rules[command.verb](now, command)
  const won = did(after.state, 'sluiceOpen') && !did(state, 'sluiceOpen')
  return won ? { state: after.state, lines: [...after.lines, theEnd(after.state)] } : after
}

function theEnd(state: GameState): Line {
  return { say: 'end', turns: state.turns, score: score(state) }
}

export function hint(state: GameState): Hint {
  if (!state.lampBurns) {
    if (!holds(state, 'matches')) return 'hintMill'
    return holds(state, 'lamp') ? 'hintLight' : 'hintLamp'
  }
  if (!holds(state, 'oil')) return 'hintOil'
  if (!did(state, 'anglerFed')) return holds(state, 'bread') ? 'hintAngler' : 'hintBread'
  const emptied = !['ironKey', 'crank'].some((item) => state.places[item as 'crank'] === 'chest')
  if (!did(state, 'chestOpen') || !emptied) return 'hintChest'
  if (!did(state, 'gateOpen')) return 'hintGate'
  if (!did(state, 'axleOiled')) return 'hintAxle'
  return did(state, 'crankFitted') ? 'hintTurn' : 'hintCrank'
}
