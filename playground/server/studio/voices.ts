/**
 * The instruments, each a function of the time since the note began: without state, so a slice of a
 * note sounds the same however the tune is cut into slices. Few partials, so nothing aliases.
 */
import { noise } from './random.js'

export type VoiceName =
  | 'pluck'
  | 'bell'
  | 'flute'
  | 'chip'
  | 'pad'
  | 'bass'
  | 'kick'
  | 'snare'
  | 'hat'

export interface Note {
  voice: VoiceName
  /** Seconds. */
  start: number
  duration: number
  /** Hertz; drums have none. */
  frequency: number
  gain: number
}

/** Seconds that a note sounds on after its duration. */
export const release = 0.25

const turn = 2 * Math.PI

/** One turn of a sine. */
const sines = new Float64Array(2 ** 14)
for (let at = 0; at < sines.length; at++) sines[at] = Math.sin((turn * at) / sines.length)

export function soundOf(note: Note, time: number, position: number): number {
  return note.gain * voices[note.voice](note, time, position)
}

const voices: Record<VoiceName, (note: Note, time: number, position: number) => number> = {
  pluck: (note, time) => {
    let sum = 0
    for (let partial = 1; partial <= 5; partial++) {
      sum +=
        (wave(note.frequency * partial, time) / partial) * Math.exp(-time * (1.5 + partial * 1.6))
    }
    return sum * envelope(note, time, 0.004)
  },
  bell: (note, time) => {
    const strike = (1.6 / turn) * Math.exp(-3 * time) * wave(note.frequency * 3.5, time)
    return (
      sine(note.frequency * time + strike) * Math.exp(-1.8 * time) * envelope(note, time, 0.003)
    )
  },
  flute: (note, time) => {
    const vibrato = (0.08 / turn) * Math.min(1, time * 2) * wave(5, time)
    const phase = note.frequency * time + vibrato
    return (
      (sine(phase) + 0.25 * sine(2 * phase) + 0.08 * sine(3 * phase)) * envelope(note, time, 0.06)
    )
  },
  chip: (note, time) => {
    const square =
      wave(note.frequency, time) +
      wave(note.frequency * 3, time) / 3 +
      wave(note.frequency * 5, time) / 5
    return 0.7 * square * envelope(note, time, 0.002)
  },
  pad: (note, time) => {
    const sound =
      wave(note.frequency * 0.997, time) +
      wave(note.frequency * 1.003, time) +
      0.3 * wave(note.frequency * 2, time)
    return 0.4 * sound * envelope(note, time, 0.25)
  },
  bass: (note, time) => {
    const sound = wave(note.frequency, time) + 0.4 * wave(note.frequency * 2, time)
    return sound * Math.exp(-1.2 * time) * envelope(note, time, 0.008)
  },
  kick: (_, time) => sine(48 * time + 3.2 * (1 - Math.exp(-32 * time))) * Math.exp(-8 * time),
  snare: (_, time, position) =>
    0.6 * noise(position) * Math.exp(-17 * time) + 0.5 * wave(185, time) * Math.exp(-22 * time),
  // The difference of neighbours lets only the high part of the noise through.
  hat: (_, time, position) => 0.5 * (noise(position) - noise(position - 1)) * Math.exp(-55 * time),
}

const wave = (frequency: number, time: number): number => sine(frequency * time)

/** Of a phase in turns, from a table: a tune has millions of them, and nobody hears the difference. */
function sine(phase: number): number {
  return sines[(phase * sines.length) & (sines.length - 1)]!
}

/** In over `attack`, out over the release; both linear. */
function envelope({ duration }: Note, time: number, attack: number): number {
  const rise = Math.min(1, time / attack)
  const fall = time < duration ? 1 : Math.max(0, 1 - (time - duration) / release)
  return rise * fall
}
