/** Going and looking. */
import type { Line } from './lines.js'
import { fixturePhrase, isFixture, meantThings, notHere, say } from './outcome.js'
import type { Outcome, Rule } from './outcome.js'
import { canSee, did, exits, fixtures, isPresent, itemsHere } from './world.js'
import type { Direction, FixtureId, GameState, RoomId, ThingId } from './world.js'

const compass: readonly Direction[] = ['north', 'south', 'east', 'west', 'up', 'down']

export const go: Rule = (state, { direction, place }) => {
  const ways = exits[state.room]
  const target = direction === undefined ? place : ways[direction]
  if (target === undefined) return lines(state, { say: 'cannotGo', ways: openWays(state) })
  if (target === state.room) return lookAround(state)
  if (!Object.values(ways).includes(target))
    return lines(state, { say: 'notFromHere', room: target })
  if (target === 'tunnel' && !did(state, 'gateOpen')) return say(state, 'gateBars')
  return enter(state, target)
}

export const look: Rule = (state, command) => {
  const things = meantThings(state, command)
  if (things.length === 0) return lookAround(state)
  return { state, lines: things.flatMap((thing) => describe(state, thing)) }
}

export function lookAround(state: GameState): Outcome {
  return { state, lines: roomLines(state, 'room') }
}

function enter(state: GameState, room: RoomId): Outcome {
  const known = state.visited.includes(room)
  const there = { ...state, room, visited: known ? state.visited : [...state.visited, room] }
  return { state: there, lines: roomLines(there, known ? 'arrive' : 'room') }
}

function roomLines(state: GameState, heading: 'room' | 'arrive'): Line[] {
  const ways: Line = { say: 'exits', ways: openWays(state) }
  if (!canSee(state)) return [{ say: 'arrive', room: state.room }, { say: 'dark' }, ways]
  const fixed = (Object.keys(fixtures) as FixtureId[])
    .filter((fixture) => fixtures[fixture] === state.room)
    .flatMap((fixture) => fixturePhrase(state, fixture) ?? [])
  const lying = itemsHere(state)
  return [
    { say: heading, room: state.room },
    ...fixed.map((phrase): Line => ({ say: phrase })),
    ...(lying.length > 0 ? [{ say: 'itemsHere', items: lying } as const] : []),
    ways,
  ]
}

function describe(state: GameState, thing: ThingId): readonly Line[] {
  if (!isPresent(state, thing)) return notHere(state, thing).lines
  if (thing === 'note') return [{ say: 'noteText' }]
  const phrase = isFixture(thing) ? fixturePhrase(state, thing) : undefined
  return [{ say: 'look', thing }, ...(phrase === undefined ? [] : [{ say: phrase }])]
}

function openWays(state: GameState): Direction[] {
  return compass.filter((direction) => exits[state.room][direction] !== undefined)
}

function lines(state: GameState, ...said: Line[]): Outcome {
  return { state, lines: said }
}
