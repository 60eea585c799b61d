import type { TextDraft } from '../types.js'

/** Writes what an event has of the text under this key, which `open` opens where it is the first. */
export type GrowingTexts = (key: string, piece: string, open: () => TextDraft) => void

interface Track {
  part: TextDraft
  /** The pieces so far, as long as they may be either. */
  seen: string[]
}

/**
 * For backends that send increments or, each time, the whole text so far, depending on the request or
 * the model. Pieces that do not begin with the one before are increments. Three different ones that
 * do are wholes: fewer may be a stutter ("ha", "ha").
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

  /** Until now only the last piece of each text is shown. */
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
