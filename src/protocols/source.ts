import { text } from './json.js'
import type { MessageDraft } from './types.js'

/** A page or a document that has an address, a title, or both; `more` is what else is known of it. */
export function addSource(url: unknown, title: unknown, draft: MessageDraft, more?: object): void {
  const source = { url: text(url) || undefined, title: text(title) || undefined }
  if (source.url || source.title) draft.addPart({ type: 'source', ...source, ...more })
}
