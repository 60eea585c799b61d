/**
 * Free text to commands, by rules: known words and phrases are found from left to right, the longest
 * first, and the rest is ignored. Both languages are always understood, mixed too.
 */
import type { Command, Token, Verb, Words } from './command.js'
import { english } from './words-en.js'
import { chinese } from './words-zh.js'

const lexicon = new Map<string, Token>()
for (const words of [english, chinese]) addWords(words)
const longest = Math.max(...[...lexicon.keys()].map((word) => word.length))

/** These give way to a verb that says more: "use the key to open the chest" opens. */
const weakVerbs: readonly Verb[] = ['give', 'put', 'use', 'go', 'look']

/** Verbs beside which "up", "in" and the like are no direction of movement. */
const movingVerbs: readonly Verb[] = ['go', 'look']

/** At most this much of one message is acted on. */
const limits = { characters: 500, commands: 6 }

export function parseCommands(text: string): Command[] {
  const normal = text.slice(0, limits.characters).normalize('NFKC').toLowerCase().trim()
  if (normal === 'i') return [{ verb: 'inventory', things: [] }]
  const commands = clauses(tokens(normal)).map(toCommand)
  // Who asks for the sheet describes it at length, in words that stand for other commands, too.
  const sheet = commands.find(({ verb }) => verb === 'sheet')
  if (sheet) return [sheet]
  return commands.length > 0
    ? commands.slice(0, limits.commands)
    : [{ verb: 'unknown', things: [] }]
}

function addWords(words: Words): void {
  const add = (list: readonly string[] | undefined, token: Token): void => {
    for (const word of list ?? []) lexicon.set(word.normalize('NFKC'), token)
  }
  for (const [verb, list] of entries(words.verbs)) add(list, { kind: 'verb', verb })
  for (const [thing, list] of entries(words.things)) add(list, { kind: 'thing', thing })
  for (const [place, list] of entries(words.places)) add(list, { kind: 'place', place })
  for (const [direction, list] of entries(words.directions))
    add(list, { kind: 'direction', direction })
  add(words.separators, { kind: 'separator' })
  add(words.fillers, { kind: 'filler' })
}

function entries<K extends string, V>(record: Partial<Record<K, V>>): [K, V][] {
  return Object.entries(record) as [K, V][]
}

function tokens(text: string): Token[] {
  const found: Token[] = []
  let at = 0
  while (at < text.length) {
    const word = wordAt(text, at)
    const token = word === undefined ? undefined : lexicon.get(word)
    if (token) found.push(token)
    at += word?.length ?? 1
  }
  return found
}

function wordAt(text: string, at: number): string | undefined {
  for (let length = Math.min(longest, text.length - at); length > 0; length--) {
    const word = text.slice(at, at + length)
    if (lexicon.has(word) && isWhole(text, at, length)) return word
  }
  return undefined
}

/** A Latin word must not be a part of a longer one; Chinese has no spaces to tell. */
function isWhole(text: string, at: number, length: number): boolean {
  const latin = /[a-z0-9']/
  const joined = (left: number): boolean =>
    latin.test(text[left] ?? '') && latin.test(text[left + 1] ?? '')
  return !joined(at - 1) && !joined(at + length - 1)
}

/** A separator begins a new clause only before a verb or a direction: "take the lamp and the oil" is one. */
function clauses(all: Token[]): Token[][] {
  const result: Token[][] = []
  let current: Token[] = []
  all.forEach((token, index) => {
    if (token.kind === 'filler') return
    if (token.kind !== 'separator') return void current.push(token)
    const next = all.slice(index + 1).find(({ kind }) => kind !== 'separator' && kind !== 'filler')
    if (next?.kind !== 'verb' && next?.kind !== 'direction') return
    result.push(current)
    current = []
  })
  return [...result, current].filter((clause) => clause.length > 0)
}

function toCommand(clause: Token[]): Command {
  const things = clause.flatMap((token) => (token.kind === 'thing' ? [token.thing] : []))
  const place = clause.flatMap((token) => (token.kind === 'place' ? [token.place] : []))[0]
  const heading = clause.flatMap((token) =>
    token.kind === 'direction' ? [token.direction] : [],
  )[0]
  const named = mainVerb(clause)
  const direction = named === undefined || movingVerbs.includes(named) ? heading : undefined
  if (named === undefined)
    return { verb: impliedVerb(things, direction ?? place), things, direction, place }
  if (named === 'put' && heading === 'down') return { verb: 'drop', things }
  return { verb: named, things, direction, place }
}

function mainVerb(clause: Token[]): Verb | undefined {
  const verbs = clause.flatMap((token) => (token.kind === 'verb' ? [token.verb] : []))
  const byWeight = weakVerbs.filter((verb) => verbs.includes(verb))
  return verbs.find((verb) => !weakVerbs.includes(verb)) ?? byWeight[0]
}

/** "oil the axle" has no verb of ours; a thing alone is looked at; a way alone is gone. */
function impliedVerb(things: readonly string[], way: string | undefined): Verb {
  if (things[0] === 'oil' && things[1] === 'sluice') return 'oil'
  if (things.length > 0) return 'look'
  return way === undefined ? 'unknown' : 'go'
}
