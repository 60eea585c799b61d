import { applyPatch } from './json-patch.js'
import type { Json } from './json.js'
import type { AddedPart, MessageDraft } from './types.js'

/** The agent's state and its activities, each a data part that changes. */
export interface Documents {
  has(key: string): boolean
  put(key: string, name: string, value: Json, draft: MessageDraft): void
  patch(key: string, name: string, operations: Json, draft: MessageDraft): void
}

/** `state`: as it was before the run. */
export function createDocuments(state: Json): Documents {
  const values = new Map([['state', state]])
  const replacers = new Map<string, (part: AddedPart) => void>()

  function put(key: string, name: string, value: Json, draft: MessageDraft): void {
    const part: AddedPart = { type: 'data', name, data: value }
    const replace = replacers.get(key)
    if (replace) replace(part)
    else replacers.set(key, draft.addPart(part))
    values.set(key, value)
  }

  return {
    has: (key) => replacers.has(key),
    put,
    patch(key, name, operations, draft) {
      put(key, name, applyPatch(values.get(key) ?? {}, operations), draft)
    },
  }
}
