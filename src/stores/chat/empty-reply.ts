import type { Draft } from '../../protocols/message/draft.js'

/** The URLs, without their queries, that a warning has named: one is enough. */
const warned = new Set<string>()

declare const process: { env: Record<string, string | undefined> }

/**
 * Warns of a reply that is complete and says nothing: a protocol passes over events that it does not
 * know. Only development builds do; production bundles have no code for it.
 */
export let noteEmptyReply: ((draft: Draft, url: string) => void) | undefined

try {
  // Written out, not imported as a constant: a bundler finds it, and drops what it guards.
  if (process.env.NODE_ENV !== 'production') noteEmptyReply = note
} catch {
  // A page without a bundler has no `process`.
}

function note(draft: Draft, url: string): void {
  const { parts, finishReason } = draft.snapshot()
  const name = url.replace(/[?#].*/, '')
  // With a reason for its end, the protocol has understood the backend.
  if (parts.length > 0 || finishReason || warned.has(name)) return
  warned.add(name)
  console.warn(
    `brooklet: the reply from ${name} is complete and empty. If its server did send a text, the ` +
      "events are not what the chat's protocol reads: give `protocol` the one of this backend, from brooklet/protocols.",
  )
}
