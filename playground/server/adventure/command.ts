import type { Direction, RoomId, ThingId } from './world.js'

/** What the player wants, whatever the language it was said in. */
export interface Command {
  verb: Verb
  /** In the order they were named. */
  things: readonly Named[]
  direction?: Direction
  place?: RoomId
}

/** `key` is either of the keys: which one is meant depends on what it is for. */
export type Named = ThingId | 'key'

export type Verb =
  | 'go'
  | 'look'
  | 'take'
  | 'drop'
  | 'open'
  | 'close'
  | 'read'
  | 'inventory'
  | 'talk'
  | 'give'
  | 'use'
  | 'put'
  | 'light'
  | 'douse'
  | 'oil'
  | 'turn'
  | 'eat'
  | 'listen'
  | 'skip'
  | 'force'
  | 'wait'
  | 'greet'
  | 'help'
  | 'hint'
  | 'score'
  | 'sheet'
  | 'start'
  | 'restart'
  | 'unknown'

/** What a word or phrase stands for. `filler` hides a word inside another (一下 holds 下, down). */
export type Token =
  | { kind: 'verb'; verb: Verb }
  | { kind: 'thing'; thing: Named }
  | { kind: 'direction'; direction: Direction }
  | { kind: 'place'; place: RoomId }
  | { kind: 'separator' }
  | { kind: 'filler' }

/** The words of one language. */
export interface Words {
  verbs: Partial<Record<Verb, readonly string[]>>
  things: Record<Named, readonly string[]>
  directions: Record<Direction, readonly string[]>
  places: Record<RoomId, readonly string[]>
  separators: readonly string[]
  fillers: readonly string[]
}
