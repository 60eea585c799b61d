import type { Deed, Direction, GameState, ItemId, RoomId, ThingId } from './world.js'

/** What the game master says, before it is put into a language. */
export type Line =
  | { say: Phrase }
  | { say: ThingPhrase; thing: ThingId }
  | { say: 'cannotGo' | 'exits'; ways: readonly Direction[] }
  | { say: 'room' | 'arrive' | 'notFromHere'; room: RoomId }
  | { say: 'itemsHere' | 'inventory'; items: readonly ItemId[] }
  | { say: 'status' | 'score' | 'end'; turns: number; score: number }
  | { say: Counted; count: number }
  | { say: 'notRestarted'; words: string }
  | { say: 'sheet'; state: GameState }

/** Fixed sentences. */
export type Phrase =
  | 'intro'
  | 'restarted'
  | 'finished'
  | 'dark'
  | 'darkHands'
  | 'gateBars'
  | 'chestShut'
  | 'chestOpened'
  | 'chestOpen'
  | 'chestLocked'
  | 'gateShut'
  | 'gateOpened'
  | 'gateOpen'
  | 'gateLocked'
  | 'anglerHungry'
  | 'anglerFed'
  | 'talkHungry'
  | 'talkFed'
  | 'nobody'
  | 'gave'
  | 'sluiceBare'
  | 'sluiceReady'
  | 'oiled'
  | 'alreadyOiled'
  | 'noOil'
  | 'crankFitted'
  | 'alreadyFitted'
  | 'noCrank'
  | 'turnBare'
  | 'turnRusty'
  | 'sluiceOpened'
  | 'lampLit'
  | 'lampBurns'
  | 'lampDoused'
  | 'lampOut'
  | 'noLamp'
  | 'noMatches'
  | 'noteText'
  | 'nothingToRead'
  | 'breadKept'
  | 'notFood'
  | 'emptyHands'
  | 'takeWhat'
  | 'whatWith'
  | 'noUse'
  | 'notWanted'
  | 'whichKey'
  | 'noForce'
  | 'noNeedToClose'
  | 'cannotOpen'
  | 'cannotTurn'
  | 'silence'
  | 'skipped'
  | 'listening'
  | 'throwing'
  | 'doubting'
  | 'waited'
  | 'greeting'
  | 'help'
  | Hint
  | 'unknown0'
  | 'unknown1'
  | 'unknown2'

export type ThingPhrase =
  | 'look'
  | 'taken'
  | 'alreadyHeld'
  | 'fixed'
  | 'dropped'
  | 'notHeld'
  | 'notHere'

/** What to do next, by what has been done. */
export type Hint =
  | 'hintMill'
  | 'hintLamp'
  | 'hintLight'
  | 'hintOil'
  | 'hintBread'
  | 'hintAngler'
  | 'hintChest'
  | 'hintGate'
  | 'hintAxle'
  | 'hintCrank'
  | 'hintTurn'

/** What the page has counted: hours of its clock, a die, files that it was shown. */
export type Counted = 'bell' | 'hops' | 'shown'

/** One language's telling. `{thing}` and the like are filled in by `tell()`. */
export interface Telling {
  phrases: Record<Phrase, string>
  thingPhrases: Record<ThingPhrase, string>
  rooms: Record<RoomId, { name: string; text: string }>
  things: Record<ThingId, { name: string; listed: string; look: string }>
  directions: Record<Direction, string>
  lists: Record<'cannotGo' | 'exits' | 'itemsHere' | 'inventory', string>
  counted: Record<Counted, string>
  deeds: Record<Deed, string>
  notRestarted: string
  heading: string
  notFromHere: string
  status: string
  score: string
  end: string
  comma: string
  and: string
}
