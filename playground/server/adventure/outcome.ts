import type { Command, Named } from './command.js'
import type { Line, Phrase, ThingPhrase } from './lines.js'
import { canSee, did, fixtures, holds, isItem, isPresent } from './world.js'
import type { FixtureId, GameState, ThingId } from './world.js'

/** What comes of a command: a new state and what is said about it. */
export interface Outcome {
  state: GameState
  lines: readonly Line[]
}

export type Rule = (state: GameState, command: Command) => Outcome

export const say = (state: GameState, ...phrases: Phrase[]): Outcome => ({
  state,
  lines: phrases.map((phrase) => ({ say: phrase })),
})

export const sayOf = (state: GameState, phrase: ThingPhrase, thing: ThingId): Outcome => ({
  state,
  lines: [{ say: phrase, thing }],
})

export const notHere = (state: GameState, thing: ThingId): Outcome =>
  canSee(state) ? sayOf(state, 'notHere', thing) : say(state, 'darkHands')

/** One after another, each from the state that the one before has left; what all of them say. */
export function inTurn<T>(
  state: GameState,
  list: readonly T[],
  one: (state: GameState, item: T) => Outcome,
): Outcome {
  return list.reduce<Outcome>(
    (before, item) => {
      const after = one(before.state, item)
      return { state: after.state, lines: [...before.lines, ...after.lines] }
    },
    { state, lines: [] },
  )
}

/** The things of a command with "the key" and "the door" resolved to what is within reach. */
export function meantThings(state: GameState, command: Command): ThingId[] {
  const things = command.things.map((thing) => meant(state, command, thing))
  return [...new Set(things)]
}

function meant(state: GameState, command: Command, thing: Named): ThingId {
  if (thing === 'gate' && state.room === fixtures.sluice) return 'sluice'
  if (thing !== 'key') return thing
  if (command.things.includes('chest')) return 'brassKey'
  if (command.things.includes('gate')) return 'ironKey'
  const here = (['brassKey', 'ironKey'] as const).filter((key) => isPresent(state, key))
  const lying = here.filter((key) => !holds(state, key))
  const fitting = state.room === fixtures.gate ? 'ironKey' : 'brassKey'
  if (command.verb === 'take') return lying[0] ?? here[0] ?? fitting
  return here.length === 1 ? here[0]! : fitting
}

/** What there is to say about a fixture as it is now. */
export function fixturePhrase(state: GameState, fixture: FixtureId): Phrase | undefined {
  switch (fixture) {
    case 'chest':
      return did(state, 'chestOpen') ? 'chestOpen' : 'chestShut'
    case 'gate':
      return did(state, 'gateOpen') ? 'gateOpen' : 'gateShut'
    case 'angler':
      return did(state, 'anglerFed') ? 'anglerFed' : 'anglerHungry'
    case 'sluice':
      return did(state, 'crankFitted') ? 'sluiceReady' : 'sluiceBare'
    case 'wheel':
      return undefined
  }
}

export function isFixture(thing: ThingId): thing is FixtureId {
  return !isItem(thing)
}
