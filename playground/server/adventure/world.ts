/** The map of the game and the state of a play. Language-free: names and texts are in `text-*.ts`. */
export type RoomId =
  | 'yard'
  | 'garden'
  | 'mill'
  | 'loft'
  | 'cellar'
  | 'bridge'
  | 'pool'
  | 'gorge'
  | 'tunnel'
  | 'spring'

export type Direction = 'north' | 'south' | 'east' | 'west' | 'up' | 'down' | 'in' | 'out'

export type ItemId =
  | 'lamp'
  | 'matches'
  | 'note'
  | 'bread'
  | 'oil'
  | 'brassKey'
  | 'ironKey'
  | 'crank'

/** What cannot be carried. */
export type FixtureId = 'wheel' | 'chest' | 'gate' | 'sluice' | 'angler'

export type ThingId = ItemId | FixtureId

/** Where an item is: a room, with the player, in the chest, built into the sluice, or out of play. */
export type Place = RoomId | 'player' | 'chest' | 'nowhere'

export type Deed =
  | 'lampLit'
  | 'anglerFed'
  | 'chestOpen'
  | 'gateOpen'
  | 'axleOiled'
  | 'crankFitted'
  | 'sluiceOpen'

export interface GameState {
  readonly room: RoomId
  readonly places: Readonly<Record<ItemId, Place>>
  /** Whether the lamp burns now; the deed only says that it once did. */
  readonly lampBurns: boolean
  readonly deeds: readonly Deed[]
  readonly visited: readonly RoomId[]
  readonly turns: number
}

export const exits: Readonly<Record<RoomId, Readonly<Partial<Record<Direction, RoomId>>>>> = {
  yard: { north: 'bridge', east: 'mill', west: 'garden', in: 'mill' },
  garden: { east: 'yard', out: 'yard' },
  mill: { west: 'yard', up: 'loft', down: 'cellar', out: 'yard' },
  loft: { down: 'mill', out: 'mill' },
  cellar: { up: 'mill', out: 'mill' },
  bridge: { south: 'yard', east: 'pool', north: 'gorge' },
  pool: { west: 'bridge', out: 'bridge' },
  gorge: { south: 'bridge', north: 'tunnel', in: 'tunnel' },
  tunnel: { south: 'gorge', north: 'spring', out: 'gorge' },
  spring: { south: 'tunnel', out: 'tunnel' },
}

export const fixtures: Readonly<Record<FixtureId, RoomId>> = {
  wheel: 'yard',
  chest: 'cellar',
  gate: 'gorge',
  sluice: 'spring',
  angler: 'pool',
}

const darkRooms: readonly RoomId[] = ['cellar', 'tunnel']

export const points: Readonly<Record<Deed, number>> = {
  lampLit: 10,
  anglerFed: 15,
  chestOpen: 15,
  gateOpen: 15,
  axleOiled: 10,
  crankFitted: 15,
  sluiceOpen: 20,
}

export const items: readonly ItemId[] = [
  'lamp',
  'matches',
  'note',
  'bread',
  'oil',
  'brassKey',
  'ironKey',
  'crank',
]

export const start: GameState = {
  room: 'yard',
  places: {
    lamp: 'loft',
    matches: 'mill',
    note: 'mill',
    bread: 'garden',
    oil: 'cellar',
    brassKey: 'nowhere',
    ironKey: 'chest',
    crank: 'chest',
  },
  lampBurns: false,
  deeds: [],
  visited: ['yard'],
  turns: 0,
}

export const did = (state: GameState, deed: Deed): boolean => state.deeds.includes(deed)

export const holds = (state: GameState, item: ItemId): boolean => state.places[item] === 'player'

export const score = (state: GameState): number =>
  state.deeds.reduce((sum, deed) => sum + points[deed], 0)

export const isItem = (thing: ThingId): thing is ItemId => (items as ThingId[]).includes(thing)

/** A burning lamp gives light in its room, carried or not. */
export function canSee(state: GameState): boolean {
  if (!darkRooms.includes(state.room)) return true
  return state.lampBurns && (holds(state, 'lamp') || state.places.lamp === state.room)
}

/** Items lying in the room, an open chest's content included. */
export function itemsHere(state: GameState): ItemId[] {
  const chest = state.room === fixtures.chest && did(state, 'chestOpen')
  return items.filter((item) => {
    const place = state.places[item]
    return place === state.room || (chest && place === 'chest')
  })
}

/** Whether the player can see it or touch it now. */
export function isPresent(state: GameState, thing: ThingId): boolean {
  if (isItem(thing) && holds(state, thing)) return true
  if (!canSee(state)) return false
  if (isItem(thing)) return itemsHere(state).includes(thing)
  return fixtures[thing] === state.room
}

export function withDeed(state: GameState, deed: Deed): GameState {
  return did(state, deed) ? state : { ...state, deeds: [...state.deeds, deed] }
}

export function withItem(state: GameState, item: ItemId, place: Place): GameState {
  return { ...state, places: { ...state.places, [item]: place } }
}
