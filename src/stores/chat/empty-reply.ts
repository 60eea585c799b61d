import type { Draft } from '../../protocols/message/draft.js'

/** The URLs, without their queries, that have been warned about: once for each is enough. */
const warned = new Set<string>()

declare const process: { env: Record<string, string | undefined> }

/**
 * Warns about a reply that is complete and empty, because protocols ignore events that they do not know.
 * Development only: production bundles drop this code.
 */
export let noteEmptyReply: typeof note | undefined

try {
  // Written out in each file, not imported, so that bundlers can evaluate it and drop the branch.
  if (process.env.NODE_ENV !== 'production') noteEmptyReply = note
} catch {
  // A page without a bundler has no `process`.
}

function note(draft: Draft, url: string): void {
  const { parts, finishReason } = draft.snapshot()
  const name = url.replace(/[?#].*/, '')
  // A finish reason shows that the protocol has understood the backend.
  if (parts.length > 0 || finishReason || warned.has(name)) return
  warned.add(name)
  console.warn(
    `brooklet: the reply from ${name} is complete and empty. If its server did send a text, the ` +
      "events are not what the chat's protocol reads: give `protocol` the one of this backend, from brooklet/protocols.",
  )
}
