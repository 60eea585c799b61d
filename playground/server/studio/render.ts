/** Synthesis in slices, so that the event loop breathes and the progress that is reported is true. */
import type { Tune } from './compose.js'
import { release, soundOf } from './voices.js'
import type { Note } from './voices.js'

export const sampleRate = 22_050
const slices = 50

export interface Render {
  readonly total: number
  /** Samples made so far; all of them: it is finished. */
  readonly rendered: number
  /** Makes the next slice. */
  step(): void
  /** The mix, softly clipped, from -1 to 1. */
  finish(): Float32Array
}

export function createRender(tune: Tune): Render {
  const total = Math.round(tune.seconds * sampleRate)
  const mix = new Float32Array(total)
  const delay = Math.round((0.75 * 60 * sampleRate) / tune.tempo)
  let rendered = 0

  return {
    total,
    get rendered() {
      return rendered
    },
    step() {
      const end = Math.min(total, rendered + Math.ceil(total / slices))
      for (const note of tune.notes) addNote(mix, note, rendered, end)
      // Reads what is already mixed, echoes included, so that they fade out by themselves.
      for (let at = Math.max(rendered, delay); at < end; at++) mix[at]! += 0.26 * mix[at - delay]!
      rendered = end
    },
    finish: () => master(mix),
  }
}

function addNote(mix: Float32Array, note: Note, from: number, to: number): void {
  const start = Math.round(note.start * sampleRate)
  const end = Math.round((note.start + note.duration + release) * sampleRate)
  for (let at = Math.max(from, start); at < Math.min(to, end); at++) {
    mix[at]! += soundOf(note, (at - start) / sampleRate, at)
  }
}

/** Brought to one loudness, rounded off where it is loudest, faded out at the end. */
function master(mix: Float32Array): Float32Array {
  let peak = 0
  for (const value of mix) peak = Math.max(peak, Math.abs(value))
  const gain = peak > 0 ? 1.6 / peak : 0
  const fade = sampleRate / 2
  return mix.map(
    (value, at) => 0.95 * Math.tanh(value * gain) * Math.min(1, (mix.length - at) / fade),
  )
}
