/** What the game master thinks before it speaks, and what it has looked up. */
import type { Language } from '../language.js'
import type { Command } from './command.js'
import { parseCommands } from './parse.js'
import { tellings } from './tellings.js'
import { chinese } from './words-zh.js'
import { score } from './world.js'
import type { GameState, ThingId } from './world.js'

export interface Source {
  url: string
  title: string
}

export function reasoningOn(said: string, state: GameState, language: Language): string {
  const wishes = parseCommands(said).map((command) => wish(command, language))
  const { turns } = state
  const template = {
    en: (list: string) =>
      `The player wants: ${list}. Turn ${turns}, ${score(state)} points so far.`,
    zh: (list: string) => `玩家想要：${list}。第 ${turns} 回合，目前 ${score(state)} 分。`,
  }
  return template[language](wishes.join(language === 'zh' ? '；' : '; '))
}

/** The verb, and what it is about. */
function wish({ verb, things, direction, place }: Command, language: Language): string {
  const telling = tellings[language]
  const named = things.map((thing) => telling.things[thing === 'key' ? 'brassKey' : thing].name)
  const way = direction && telling.directions[direction]
  const verbName = language === 'zh' ? (chinese.verbs[verb]?.[0] ?? '？') : verb
  return [verbName, ...named, way, place && telling.rooms[place].name].filter(Boolean).join(' ')
}

const articles: Partial<Record<ThingId, Record<Language, string>>> = {
  wheel: { en: 'Water wheel', zh: '水车' },
  sluice: { en: 'Sluice', zh: '水闸' },
  lamp: { en: 'Oil lamp', zh: '油灯' },
  matches: { en: 'Match', zh: '火柴' },
  crank: { en: 'Crank (mechanism)', zh: '曲柄' },
}

/** Of the things that were named; a story begins beside the wheel. */
export function sourcesOn(said: string, isFirst: boolean, language: Language): Source[] {
  const named = parseCommands(said).flatMap(({ things }) => things)
  const things = new Set<ThingId | 'key'>(isFirst ? ['wheel', ...named] : named)
  return [...things].flatMap((thing) => {
    const title = thing === 'key' ? undefined : articles[thing]?.[language]
    if (title === undefined) return []
    const page = encodeURIComponent(title.replaceAll(' ', '_'))
    return [{ url: `https://${language}.wikipedia.org/wiki/${page}`, title }]
  })
}
