/** Lines into a language, and a reply into pieces. */
import { languageOf } from '../language.js'
import type { Language } from '../language.js'
import { replay } from './game.js'
import type { Line, Telling } from './lines.js'
import type { Outcome } from './outcome.js'
import { tellings } from './tellings.js'
import { holds, items, score } from './world.js'
import type { GameState } from './world.js'

/** The game master's reply to what the player has said so far. */
export function tellReply(said: readonly string[], language?: Language): string {
  return tellOutcome(replay(said), language ?? newestLanguage(said))
}

/** What came of a message, and where the game stands. */
export function tellOutcome({ state, lines }: Outcome, language: Language): string {
  const status: Line = { say: 'status', turns: state.turns, score: score(state) }
  const isSheet = lines.at(-1)?.say === 'sheet'
  return tellLines(isSheet ? lines : [...lines, status], language)
}

export function tellLines(lines: readonly Line[], language: Language): string {
  return lines.map((line) => tell(line, tellings[language])).join('\n\n')
}

/** The language of the newest message that has one. */
export function newestLanguage(said: readonly string[]): Language {
  const languages = said.toReversed().map(languageOf)
  return languages.find((language) => language !== undefined) ?? 'en'
}

/** Pieces as a model's tokens are: a word with its space, a Chinese character or two, never half a character. */
export function pieces(text: string): string[] {
  return text.match(/[\p{Script=Han}]{1,2}|[^\s\p{Script=Han}]+\s*|\s+/gu) ?? []
}

function tell(line: Line, telling: Telling): string {
  if ('thing' in line) {
    const thing = telling.things[line.thing]
    if (line.say === 'look') return thing.look
    return fill(telling.thingPhrases[line.say], { thing: thing.name })
  }
  if ('ways' in line) {
    const ways = list(
      line.ways.map((way) => telling.directions[way]),
      telling,
    )
    return fill(telling.lists[line.say], { list: ways })
  }
  if ('items' in line) {
    const listed = list(
      line.items.map((item) => telling.things[item].listed),
      telling,
    )
    return fill(telling.lists[line.say], { list: listed })
  }
  if ('room' in line) return tellRoom(line.say, telling.rooms[line.room], telling)
  if ('turns' in line) return fill(telling[line.say], { turns: line.turns, score: line.score })
  if ('count' in line) return fill(telling.counted[line.say], { count: line.count })
  if ('words' in line) return fill(telling.notRestarted, { words: line.words })
  if ('state' in line) return tellSheet(line.state, telling)
  return telling.phrases[line.say]
}

/** The game as data, for programs and for people. */
function tellSheet(state: GameState, telling: Telling): string {
  const sheet = {
    place: telling.rooms[state.room].name,
    carrying: items.filter((item) => holds(state, item)).map((item) => telling.things[item].name),
    done: state.deeds.map((deed) => telling.deeds[deed]),
    turns: state.turns,
    score: score(state),
  }
  return `\`\`\`json\n${JSON.stringify(sheet, null, 2)}\n\`\`\``
}

function tellRoom(
  say: 'room' | 'arrive' | 'notFromHere',
  room: { name: string; text: string },
  telling: Telling,
): string {
  if (say === 'notFromHere') return fill(telling.notFromHere, { room: room.name })
  const heading = fill(telling.heading, { room: room.name })
  return say === 'room' ? `${heading}\n${room.text}` : heading
}

function list(names: readonly string[], telling: Telling): string {
  if (names.length < 2) return names.join('')
  return names.slice(0, -1).join(telling.comma) + telling.and + names.at(-1)!
}

function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}
