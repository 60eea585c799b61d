import type { TextDraft } from '../types.js'

/** Writes a piece of the text with this key. At its first piece, the text is opened with `open`. */
export type GrowingTexts = (key: string, piece: string, open: () => TextDraft) => void

interface Track {
  part: TextDraft
  /** The pieces so far, while they may still be either increments or whole texts. */
  seen: string[]
}

/**
 * For backends that send increments or, each time, the whole text so far, depending on the request or
 * the model. A piece that does not begin with the one before shows that they are increments. Three
 * different ones that do show that they are whole texts; fewer may be increments by chance ("ha", "ha").
 */
export function createGrowingTexts(): GrowingTexts {
  const tracks = new Map<string, Track>()
  let isWhole: boolean | undefined

  function decide({ seen }: Track, piece: string): void {
    const last = seen.at(-1)
    if (!last) return
    if (!piece.startsWith(last)) turnToIncrements()
    else if (last !== seen[0] && piece !== last) isWhole = true
  }

  /** Until now, only the last piece of each text has been written. */
  function turnToIncrements(): void {
    isWhole = false
    for (const { part, seen } of tracks.values()) part.replace(seen.join(''))
  }

  return (key, piece, open) => {
    let track = tracks.get(key)
    if (!track && piece === '') return
    if (!track) tracks.set(key, (track = { part: open(), seen: [] }))
    if (isWhole === undefined) decide(track, piece)
    if (isWhole === undefined) track.seen.push(piece)
    if (isWhole === false) track.part.append(piece)
    else if (piece) track.part.replace(piece)
  }
}
