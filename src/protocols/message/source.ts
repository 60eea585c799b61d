import { text } from '../json/json.js'
import type { MessageDraft } from '../types.js'

interface MoreOfSource {
  documentId?: unknown
  containerId?: unknown
  /** Its place in the request: a document may have no other name. */
  documentIndex?: unknown
  citedText?: unknown
}

/** A page or a document that has an address, a title, or both; `more` is what else is known of it. */
export function addSource(
  url: unknown,
  title: unknown,
  draft: MessageDraft,
  more: MoreOfSource = {},
): void {
  const source = { url: text(url) || undefined, title: text(title) || undefined }
  const name = source.url ?? source.title ?? more.documentIndex
  if (name != null) draft.addPart({ type: 'source', ...source, ...more })
}
