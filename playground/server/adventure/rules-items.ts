/** What can be done with things that are carried. */
import { inTurn, isFixture, meantThings, notHere, say, sayOf } from './outcome.js'
import type { Outcome, Rule } from './outcome.js'
import { did, holds, isItem, isPresent, items, itemsHere, withDeed, withItem } from './world.js'
import type { GameState, ThingId } from './world.js'

export const take: Rule = (state, command) => {
  const named = meantThings(state, command)
  // "Take the crank out of the chest" names the chest too.
  const carried = named.filter(isItem)
  const things = carried.length > 0 ? carried : named
  const wanted = things.length > 0 ? things : itemsHere(state)
  if (wanted.length === 0) return say(state, 'takeWhat')
  return inTurn(state, wanted, takeOne)
}

export const drop: Rule = (state, command) => {
  const things = meantThings(state, command)
  if (things.length === 0) return say(state, 'whatWith')
  return inTurn(state, things, dropOne)
}

export const inventory: Rule = (state) => {
  const held = items.filter((item) => holds(state, item))
  if (held.length === 0) return say(state, 'emptyHands')
  return { state, lines: [{ say: 'inventory', items: held }] }
}

export const read: Rule = (state, command) => {
  const [thing = 'note'] = meantThings(state, command)
  if (!isPresent(state, thing)) return notHere(state, thing)
  return say(state, thing === 'note' ? 'noteText' : 'nothingToRead')
}

export const eat: Rule = (state, command) => {
  const [thing = 'bread'] = meantThings(state, command)
  if (!isPresent(state, thing)) return notHere(state, thing)
  return say(state, thing === 'bread' ? 'breadKept' : 'notFood')
}

export const light: Rule = (state) => {
  if (!isPresent(state, 'lamp') && !holds(state, 'lamp')) return say(state, 'noLamp')
  if (state.lampBurns) return say(state, 'lampBurns')
  if (!holds(state, 'matches')) return say(state, 'noMatches')
  return say(withDeed({ ...state, lampBurns: true }, 'lampLit'), 'lampLit')
}

export const douse: Rule = (state) => {
  if (!holds(state, 'lamp')) return say(state, 'noLamp')
  if (!state.lampBurns) return say(state, 'lampOut')
  return say({ ...state, lampBurns: false }, 'lampDoused')
}

export const give: Rule = (state, command) => {
  if (!isPresent(state, 'angler')) return say(state, 'nobody')
  const named = meantThings(state, command).filter(isItem)
  const gift = named.find((item) => holds(state, item)) ?? named[0]
  if (gift === undefined && holds(state, 'bread'))
    return give(state, { verb: 'give', things: ['bread'] })
  if (gift === undefined) return say(state, 'whatWith')
  if (!holds(state, gift)) return sayOf(state, 'notHeld', gift)
  if (gift !== 'bread') return say(state, 'notWanted')
  const fed = withItem(withItem(state, 'bread', 'nowhere'), 'brassKey', 'player')
  return say(withDeed(fed, 'anglerFed'), 'gave')
}

export const talk: Rule = (state) => {
  if (!isPresent(state, 'angler')) return say(state, 'nobody')
  return say(state, did(state, 'anglerFed') ? 'talkFed' : 'talkHungry')
}

function takeOne(state: GameState, thing: ThingId): Outcome {
  if (isItem(thing) && holds(state, thing)) return sayOf(state, 'alreadyHeld', thing)
  if (!isPresent(state, thing)) return notHere(state, thing)
  if (isFixture(thing)) return sayOf(state, 'fixed', thing)
  return sayOf(withItem(state, thing, 'player'), 'taken', thing)
}

function dropOne(state: GameState, thing: ThingId): Outcome {
  if (!isItem(thing) || !holds(state, thing)) return sayOf(state, 'notHeld', thing)
  return sayOf(withItem(state, thing, state.room), 'dropped', thing)
}
