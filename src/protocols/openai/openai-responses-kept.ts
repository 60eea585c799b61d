import { text, type Json } from '../json/json.js'
import type { MessageDraft } from '../types.js'

/**
 * Keeps reasoning, encrypted or not, other encrypted items, and programs, to send them back: as they came,
 * but the API refuses a `status`, except that of a program's output, and even the `null`s that it has sent
 * itself.
 */
export function keepItem(item: Json, draft: MessageDraft): void {
  const type = text(item?.type)
  const isOpen = type === 'reasoning' && item?.content?.[0]
  if (!isOpen && !item?.encrypted_content && !type.startsWith('program')) return
  const fields = Object.entries(item ?? {}).filter(
    ([key, value]) => value !== null && (key !== 'status' || type === 'program_output'),
  )
  draft.addPart({ type: 'data', name: 'openaiResponses', data: Object.fromEntries(fields) })
}
