import { list, text, type Json } from '../json/json.js'
import type { ProviderMetadata } from '../message/message.js'
import type { MessageDraft, TextDraft } from '../types.js'

/** A part that can still be written to. */
export interface Opened {
  /** Its place among the parts. */
  at: number
}

export interface OpenedText extends Opened {
  part: TextDraft
  hasText: boolean
  providerMetadata?: ProviderMetadata
}

/**
 * Reads a chunk of a text or of reasoning, by its id among those that are open. Reasoning without words
 * may still have metadata to keep, such as the model's encrypted thoughts.
 */
export function readText(
  type: 'text' | 'reasoning',
  moment: string | undefined,
  chunk: NonNullable<Json>,
  texts: Map<string, OpenedText>,
  draft: MessageDraft,
): void {
  const key = `${type} ${text(chunk.id)}`
  if (moment === 'start') texts.delete(key)
  const open: OpenedText = texts.get(key) ?? {
    at: draft.length,
    part: draft.openText(type),
    hasText: false,
  }
  texts.set(key, open)
  const delta = text(chunk.delta)
  open.hasText ||= delta !== ''
  open.providerMetadata = chunk.providerMetadata ?? open.providerMetadata
  const { hasText, providerMetadata } = open
  open.part.append(delta, providerMetadata && { providerMetadata })
  if (moment !== 'end') return
  texts.delete(key)
  if (!hasText && providerMetadata) keepUnseen({ type, text: '', providerMetadata }, draft)
  for (const citation of list(chunk.citations)) cite(citation, draft)
}

/** A server may send no sources besides these. */
function cite(citation: Json, draft: MessageDraft): void {
  const { id: sourceId, sourceType: _, ...source } = citation?.source ?? {}
  draft.addPart({ ...source, type: 'source', sourceId, citedText: citation?.citedText })
}

/** Keeps a part that is not for the page, to send it back as it came. */
export function keepUnseen(data: object, draft: MessageDraft): void {
  draft.addPart({ type: 'data', name: 'aiSdk', data })
}
