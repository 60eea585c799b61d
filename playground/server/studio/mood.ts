/** The words of a prompt that decide how a tune sounds. */
import { createRandom, hash } from './random.js'
import type { Random } from './random.js'
import type { VoiceName } from './voices.js'

export interface Mood {
  name: string
  scale: ScaleName
  /** Beats a minute. */
  tempo: readonly [least: number, most: number]
  lead: VoiceName
  drums: boolean
}

export type ScaleName = 'major' | 'minor' | 'dorian' | 'pentatonic' | 'phrygian'

/** Semitones above the root; chords are stacked from the same steps. */
export const scales: Record<ScaleName, readonly number[]> = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  pentatonic: [0, 2, 4, 7, 9],
  phrygian: [0, 1, 3, 5, 7, 8, 10],
}

/** The first that fits: a storm with rain is a storm. */
const moods: readonly (Mood & { words: RegExp })[] = [
  {
    name: 'wild',
    words: /\b(?:epic|storm|battle|dark|mountain|dragon|mystery)|史诗|暴|战|黑暗|山|龙|神秘/,
    scale: 'phrygian',
    tempo: [96, 126],
    lead: 'flute',
    drums: true,
  },
  {
    name: 'calm',
    words: /\b(?:calm|rain|sleep|night|moon|lake|slow|soft|quiet)|安静|雨|夜|月|湖|慢|睡|宁静|温柔/,
    scale: 'dorian',
    tempo: [76, 92],
    lead: 'bell',
    drums: false,
  },
  {
    name: 'happy',
    words: /\b(?:happy|sun|dance|spring|joy|morning|summer|bright)|快乐|阳光|舞|春|早晨|夏|明亮|欢/,
    scale: 'major',
    tempo: [112, 140],
    lead: 'pluck',
    drums: true,
  },
  {
    name: 'sad',
    words: /\b(?:sad|lonely|autumn|tears|farewell|winter|blue)|悲|孤独|秋|泪|告别|冬|忧/,
    scale: 'minor',
    tempo: [72, 88],
    lead: 'flute',
    drums: false,
  },
  {
    name: 'chip',
    words: /\b(?:8-?bit|game|robot|retro|pixel|arcade)|游戏|机器人|复古|像素/,
    scale: 'minor',
    tempo: [120, 150],
    lead: 'chip',
    drums: true,
  },
  {
    name: 'flowing',
    words: /\b(?:brook|stream|river|water|bamboo|tea|china)|溪|河|水|竹|茶|中国|古风/,
    scale: 'pentatonic',
    tempo: [84, 104],
    lead: 'pluck',
    drums: false,
  },
]

/** The mood that the prompt names; where it names none, one of them by its hash. */
export function moodOf(prompt: string): Mood {
  const text = prompt.toLowerCase()
  return moods.find(({ words }) => words.test(text)) ?? moods[hash(text) % moods.length]!
}

/** Where everything random about a tune comes from. */
export function randomOf(prompt: string): Random {
  return createRandom(hash(prompt.normalize('NFKC').trim().toLowerCase()))
}
