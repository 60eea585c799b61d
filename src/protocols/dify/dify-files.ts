import { text, type Json } from '../json/json.js'
import type { MessageDraft } from '../types.js'

/** A file that came by itself may come again at the end of the message and of the workflow. */
export function createFileReader(): (all: readonly Json[], draft: MessageDraft) => void {
  const files = new Set<string>()

  return (all, draft) => {
    for (const file of all) {
      const id = text(file?.related_id) || text(file?.id)
      const url = text(file?.url) || text(file?.remote_url)
      if (!url || text(file?.belongs_to) === 'user' || files.has(id || url)) continue
      files.add(id || url)
      const [kind = 'application'] = /^(image|audio|video)$/.exec(text(file?.type)) ?? []
      const mediaType = text(file?.mime_type) || `${kind}/*`
      const name = text(file?.filename)
      draft.addPart({ type: 'file', mediaType, url, ...(name && { name }) })
    }
  }
}
