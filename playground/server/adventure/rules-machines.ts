/** Locks, the sluice, and "use X on Y". */
import type { Command } from './command.js'
import { meantThings, notHere, say, sayOf } from './outcome.js'
import type { Outcome, Rule } from './outcome.js'
import { give, light, read } from './rules-items.js'
import { did, fixtures, holds, isPresent, withDeed, withItem } from './world.js'
import type { GameState, ThingId } from './world.js'

export const open: Rule = (state, command) => {
  const things = meantThings(state, command)
  const target = things.find((thing) => thing in fixtures) ?? lockHere(state) ?? things[0]
  if (target === undefined) return say(state, 'cannotOpen')
  if (target === 'lamp') return light(state, command)
  if (!isPresent(state, target)) return notHere(state, target)
  if (target === 'chest') return openChest(state)
  if (target === 'gate') return openGate(state)
  return target === 'sluice' ? turn(state, command) : say(state, 'cannotOpen')
}

export const oil: Rule = (state) => {
  if (!isPresent(state, 'sluice')) return say(state, 'noUse')
  if (did(state, 'axleOiled')) return say(state, 'alreadyOiled')
  if (!holds(state, 'oil')) return say(state, 'noOil')
  return say(withDeed(state, 'axleOiled'), 'oiled')
}

export const turn: Rule = (state, command) => {
  if (command.things.includes('lamp')) return light(state, command)
  if (!isPresent(state, 'sluice')) return say(state, 'cannotTurn')
  if (!did(state, 'crankFitted')) return say(state, 'turnBare')
  if (!did(state, 'axleOiled')) return say(state, 'turnRusty')
  const won = withDeed(state, 'sluiceOpen')
  return say(won, 'sluiceOpened')
}

export const use: Rule = (state, command) => {
  const things = meantThings(state, command)
  const tool = things.find((thing) => !(thing in fixtures))
  if (tool === undefined) return open(state, command)
  const other = things.find((thing) => thing !== tool)
  if (tool === 'crank' && did(state, 'crankFitted')) return turn(state, command)
  if (!isPresent(state, tool)) return notHere(state, tool)
  if (other !== undefined && !isPresent(state, other)) return notHere(state, other)
  return apply(state, command, tool, other)
}

function apply(state: GameState, command: Command, tool: ThingId, other?: ThingId): Outcome {
  switch (tool) {
    case 'brassKey':
    case 'ironKey':
      return unlock(state, tool, other ?? lockHere(state))
    case 'lamp':
    case 'matches':
      return other === undefined || other === 'lamp' || other === 'matches'
        ? light(state, command)
        : say(state, 'noUse')
    case 'oil':
      return other === undefined || other === 'sluice' ? oil(state, command) : say(state, 'noUse')
    case 'crank':
      return other === undefined || other === 'sluice' ? fitCrank(state) : say(state, 'noUse')
    case 'bread':
      return give(state, { verb: 'give', things: ['bread'] })
    case 'note':
      return read(state, { verb: 'read', things: ['note'] })
    default:
      return say(state, 'noUse')
  }
}

function unlock(state: GameState, key: 'brassKey' | 'ironKey', lock?: ThingId): Outcome {
  if (!holds(state, key)) return sayOf(state, 'notHeld', key)
  if (lock === 'chest') return key === 'brassKey' ? openChest(state) : say(state, 'whichKey')
  if (lock === 'gate') return key === 'ironKey' ? openGate(state) : say(state, 'whichKey')
  return say(state, 'noUse')
}

function openChest(state: GameState): Outcome {
  if (did(state, 'chestOpen')) return say(state, 'chestOpen')
  if (!holds(state, 'brassKey')) return say(state, 'chestLocked')
  return say(withDeed(state, 'chestOpen'), 'chestOpened')
}

function openGate(state: GameState): Outcome {
  if (did(state, 'gateOpen')) return say(state, 'gateOpen')
  if (!holds(state, 'ironKey')) return say(state, 'gateLocked')
  return say(withDeed(state, 'gateOpen'), 'gateOpened')
}

function fitCrank(state: GameState): Outcome {
  if (!isPresent(state, 'sluice')) return say(state, 'noUse')
  if (did(state, 'crankFitted')) return say(state, 'alreadyFitted')
  if (!holds(state, 'crank')) return say(state, 'noCrank')
  return say(withDeed(withItem(state, 'crank', 'nowhere'), 'crankFitted'), 'crankFitted')
}

function lockHere(state: GameState): 'chest' | 'gate' | 'sluice' | undefined {
  return (['chest', 'gate', 'sluice'] as const).find((thing) => isPresent(state, thing))
}
