import { text, type Json } from '../json/json.js'
import type { MessageDraft } from '../types.js'

/** Where a text stands in a response. */
export interface TextPlace {
  kind: string
  /** The index of its item. */
  index: unknown
  /** Which piece of the item it is. */
  part: number
}

export interface ResponseTexts {
  /** Writes a delta or, if no delta of it has come, a text that an event repeats as a whole. */
  write(place: TextPlace, value: Json, draft: MessageDraft, isDelta: boolean): void
  hasRefusal(): boolean
}

/** The texts of a response: two items of one kind have a blank line between them. */
export function createResponseTexts(): ResponseTexts {
  const seen = new Set<string>()
  /** Where the last text and the last reasoning came from. */
  const sources: { text?: string; reasoning?: string } = {}
  let refusal = ''

  function separatorFor(kind: keyof typeof sources, source: string): string {
    const isOther = sources[kind] !== undefined && sources[kind] !== source
    sources[kind] = source
    return isOther ? '\n\n' : ''
  }

  return {
    write({ kind, index, part }, value, draft, isDelta) {
      const delta = text(value)
      const key = `${kind} ${index} ${part}`
      if (!delta || (!isDelta && seen.has(key))) return
      seen.add(key)
      if (kind === 'refusal') {
        refusal += delta
        draft.setMetadata({ refusal })
      } else if (kind === 'reasoning') {
        draft.appendReasoning(separatorFor(kind, key) + delta)
      } else {
        draft.appendText(separatorFor('text', `${index}`) + delta)
      }
    },
    hasRefusal: () => refusal !== '',
  }
}
