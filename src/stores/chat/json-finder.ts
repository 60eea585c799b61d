import { isJson } from '../../formats/is-json.js'
import { createPartialJson, type PartialJson } from '../../protocols/json/partial-json.js'

/** Finds the JSON in a model's text: bare, in a code fence, or within prose. Takes linear time. */
export interface JsonFinder<Value> {
  push(delta: string): void
  /** The JSON that was found or, before that, what is being read, as far as it has come. */
  value(): unknown
  /**
   * The longest JSON in the text that was accepted. To be called when the text is complete.
   *
   * @throws what `JSON.parse` or `accept` has thrown, or a TypeError if the text ends within the JSON
   */
  found(): Value
}

/** `accept` returns what a value becomes, or throws if the value is not wanted. */
export function createJsonFinder<Value>(accept: (value: unknown) => Value): JsonFinder<Value> {
  // Strings are only appended to while deltas come: to read inside a long one costs its whole length.
  let text = ''
  /** The array or object that is being read, as far as it has come. */
  let json = ''
  /** Its opening bracket; empty outside of one. */
  let bracket = ''
  /** Where in the current delta the rest of `json` begins. */
  let from = 0
  let depth = 0
  let inString = false
  let isEscaped = false
  let last = '\n'
  /** The parser of `json`, once what follows the bracket can be JSON. */
  let partial: PartialJson | undefined
  let shown: unknown
  let best: { value: Value; length: number } | undefined
  let problem: { error: unknown; length: number } | undefined

  function read(character: string, at: number): void {
    if (!bracket) begin(character, at)
    // No line of JSON begins with a backtick, since strings have no line breaks: a fence begins or ends.
    else if (character === '`' && last === '\n') bracket = ''
    else if (inString) readString(character)
    else if (!partial && /\S/.test(character)) confirm(character, at)
    else nest(character)
    last = character
  }

  function begin(character: string, at: number): void {
    bracket = character === '{' || character === '[' ? character : ''
    json = ''
    from = at
    depth = 1
    inString = isEscaped = false
    partial = undefined
  }

  /** Prose has brackets as well: what follows this one tells whether it can begin JSON. */
  function confirm(character: string, at: number): void {
    const follows = bracket === '{' ? /["}]/ : /["{[\]\d\-tfn]/
    if (!follows.test(character)) return begin(character, at)
    partial = createPartialJson()
    partial.push(json)
    nest(character)
  }

  function nest(character: string): void {
    if (character === '"') inString = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth -= 1
  }

  function readString(character: string): void {
    if (character === '"' && !isEscaped) inString = false
    isEscaped = character === '\\' && !isEscaped
  }

  function take(piece: string): void {
    json += piece
    partial?.push(piece)
    if (!best) shown = partial?.value() ?? shown
  }

  function consider(candidate: string): void {
    const { length } = candidate
    try {
      const raw: unknown = JSON.parse(candidate)
      const value = accept(raw)
      if (best && best.length >= length) return
      best = { value, length }
      shown = raw
    } catch (error) {
      if (!problem || problem.length < length) problem = { error, length }
    }
  }

  return {
    push(delta) {
      text += delta
      from = 0
      for (let at = 0; at < delta.length; at += 1) {
        read(delta[at]!, at)
        if (!bracket || depth > 0) continue
        take(delta.slice(from, at + 1))
        consider(json)
        bracket = ''
      }
      if (bracket) take(delta.slice(from))
    },
    value: () => shown,
    found() {
      // A number, a string or a literal counts only as the whole text: within a text it is prose.
      const whole = text.replace(/^\s*```\w*|```\s*$/g, '')
      if (!best && (!problem || isJson(whole))) consider(whole)
      const isCut = bracket !== '' && json.length > (best?.length ?? 0)
      if (isCut) throw new TypeError('it is not whole')
      if (best) return best.value
      throw problem!.error
    },
  }
}
