/** A tune from a prompt: chords, a melody that repeats its opening, a bass and perhaps drums. */
import { moodOf, randomOf, scales } from './mood.js'
import type { Mood } from './mood.js'
import type { Random } from './random.js'
import { release } from './voices.js'
import type { Note, VoiceName } from './voices.js'

export interface Tune {
  mood: string
  /** Such as `D dorian`. */
  key: string
  tempo: number
  seconds: number
  /** By start. */
  notes: readonly Note[]
}

interface Frame {
  mood: Mood
  random: Random
  /** MIDI number of the root. */
  root: number
  beat: number
  bars: number
  /** Scale degree of each bar's chord. */
  chords: readonly number[]
}

const rootNames = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B']
const beatsPerBar = 4
const progressions: readonly (readonly number[])[] = [
  [0, 4, 5, 3],
  [0, 3, 4, 3],
  [0, 5, 3, 4],
  [0, 2, 3, 4],
]
/** Lengths in beats of the melody's notes in a bar. */
const rhythms: readonly (readonly number[])[] = [
  [1, 1, 1, 1],
  [1.5, 0.5, 1, 1],
  [0.5, 0.5, 1, 1, 1],
  [1, 0.5, 0.5, 2],
  [2, 1, 0.5, 0.5],
]

export function compose(prompt: string): Tune {
  const mood = moodOf(prompt)
  const random = randomOf(prompt)
  const root = 48 + random.between(0, 11)
  const tempo = random.between(...mood.tempo)
  const beat = 60 / tempo
  // As many bars as fit ten seconds; with the last notes' ring that is 8 to 12.
  const bars = Math.max(2, Math.round(9.2 / (beat * beatsPerBar)))
  const frame: Frame = { mood, random, root, beat, bars, chords: random.pick(progressions) }
  const notes = [...melody(frame), ...accompaniment(frame), ...(mood.drums ? drums(frame) : [])]
  return {
    mood: mood.name,
    key: `${rootNames[root % 12]} ${mood.scale}`,
    tempo,
    seconds: bars * beatsPerBar * beat + 2 * release + 0.4,
    notes: notes.toSorted((a, b) => a.start - b.start),
  }
}

function melody(frame: Frame): Note[] {
  const { mood, random, beat, bars } = frame
  const motif = [bar(random), bar(random)]
  const notes: Note[] = []
  for (let index = 0; index < bars; index++) {
    const last = index === bars - 1
    // The opening comes back every other bar: that is what makes it a tune.
    const steps = index % 2 === 0 ? motif[0]! : index % 4 === 1 ? motif[1]! : bar(random)
    let at = index * beatsPerBar
    for (const { length, step } of last ? [{ length: beatsPerBar, step: 0 }] : steps) {
      const degree = last ? 7 : chordOf(frame, index) + step
      notes.push(noteAt(mood.lead, at * beat, length * beat * 0.9, pitch(frame, degree, 12), 0.34))
      at += length
    }
  }
  return notes
}

function bar(random: Random): { length: number; step: number }[] {
  let step = random.pick([0, 2, 4])
  return random.pick(rhythms).map((length) => {
    const current = step
    step = Math.min(7, Math.max(-2, step + random.pick([-2, -1, -1, 1, 1, 2])))
    return { length, step: current }
  })
}

function accompaniment(frame: Frame): Note[] {
  const { beat, bars } = frame
  const notes: Note[] = []
  for (let index = 0; index < bars; index++) {
    const chord = chordOf(frame, index)
    const start = index * beatsPerBar * beat
    for (const step of [0, 2, 4]) {
      notes.push(noteAt('pad', start, beatsPerBar * beat, pitch(frame, chord + step, 0), 0.16))
    }
    for (const at of [0, 1.5, 2, 3]) {
      const degree = at === 3 ? chord + 4 : chord
      notes.push(noteAt('bass', start + at * beat, beat * 0.8, pitch(frame, degree, -12), 0.3))
    }
  }
  return notes
}

function drums({ beat, bars }: Frame): Note[] {
  const pattern: readonly (readonly [VoiceName, readonly number[], number])[] = [
    ['kick', [0, 2, 2.5], 0.6],
    ['snare', [1, 3], 0.35],
    ['hat', [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], 0.16],
  ]
  return Array.from({ length: bars }, (_, index) => index * beatsPerBar).flatMap((first) =>
    pattern.flatMap(([voice, beats, gain]) =>
      beats.map((at) => noteAt(voice, (first + at) * beat, 0.2, 0, gain)),
    ),
  )
}

function noteAt(
  voice: VoiceName,
  start: number,
  duration: number,
  frequency: number,
  gain: number,
): Note {
  return { voice, start, duration, frequency, gain }
}

const chordOf = ({ chords, bars }: Frame, index: number): number =>
  index === bars - 1 ? 0 : chords[index % chords.length]!

/** Hertz of a degree of the scale, with octaves above and below it. */
function pitch({ mood, root }: Frame, degree: number, transpose: number): number {
  const steps = scales[mood.scale]
  const octave = Math.floor(degree / steps.length)
  const semitones = steps[degree - octave * steps.length]! + 12 * octave
  return 440 * 2 ** ((root + semitones + transpose - 69) / 12)
}
