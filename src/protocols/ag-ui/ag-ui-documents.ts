import { applyPatch } from '../json/json-patch.js'
import { text, type Json } from '../json/json.js'
import type { DataPart } from '../message/message.js'
import type { AddedPart, MessageDraft } from '../types.js'

/** The agent's state and its activities, each a data part that changes. */
export interface Documents {
  has(part: DataPart): boolean
  /** Adds the part, in place of the one with the same id or, without an id, with the same name. */
  put(part: DataPart, draft: MessageDraft): void
  patch(part: DataPart, operations: Json, draft: MessageDraft): void
}

/** `state` is the agent's state before the run. */
export function createDocuments(state: Json): Documents {
  const values = new Map([[keyOf({ name: 'state' }), state]])
  const replacers = new Map<string, (part: AddedPart) => void>()

  function put(part: DataPart, draft: MessageDraft): void {
    const key = keyOf(part)
    const replace = replacers.get(key)
    if (replace) replace(part)
    else replacers.set(key, draft.addPart(part))
    values.set(key, part.data as Json)
  }

  return {
    has: (part) => replacers.has(keyOf(part)),
    put,
    patch(part, operations, draft) {
      put({ ...part, data: applyPatch(values.get(keyOf(part)) ?? {}, operations) }, draft)
    },
  }
}

/** Activities are identified by their id alone, because their type may change. */
function keyOf({ name, id }: Pick<DataPart, 'name' | 'id'>): string {
  return id || name
}

/** The activity in an event, or in a message of a snapshot. */
export function activityIn(record: Json): DataPart {
  const { activityType, messageId = record?.id, content } = record ?? {}
  return { type: 'data', name: text(activityType), id: text(messageId), data: content }
}
