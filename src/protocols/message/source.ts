import { text } from '../json/json.js'
import type { MessageDraft } from '../types.js'

interface MoreOfSource {
  documentId?: unknown
  containerId?: unknown
  /** The place of a document in the request, which may have no other name. */
  documentIndex?: unknown
  citedText?: unknown
}

/** Adds a page or a document by its URL, its title or its index. `more` are further fields. */
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
