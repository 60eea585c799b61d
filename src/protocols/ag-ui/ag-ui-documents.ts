import { applyPatch } from '../json/json-patch.js'
import { text, type Json } from '../json/json.js'
import type { MessagePart } from '../message/message.js'
import type { AddedPart, MessageDraft } from '../types.js'

export type DataPart = Extract<MessagePart, { type: 'data' }>

/** The agent's state and its activities, each a data part that changes. */
export interface Documents {
  has(part: DataPart): boolean
  /** In place of the one with its id, or with its name where it has none. */
  put(part: DataPart, draft: MessageDraft): void
  patch(part: DataPart, operations: Json, draft: MessageDraft): void
}

/** `state`: as it was before the run. */
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

/** An activity is told by its id alone: what kind it is may change. */
function keyOf({ name, id }: Pick<DataPart, 'name' | 'id'>): string {
  return id || name
}

/** What an event, or a message of a snapshot, tells of an activity. */
export function activityIn(record: Json): DataPart {
  const { activityType, messageId = record?.id, content } = record ?? {}
  return { type: 'data', name: text(activityType), id: text(messageId), data: content }
}
