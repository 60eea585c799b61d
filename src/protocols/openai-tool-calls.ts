import { text, type Json } from './json.js'
import type { MessageDraft, ToolCallDraft } from './types.js'

interface OpenCall {
  id: string
  draft: ToolCallDraft
}

/**
 * Puts the fragments of tool calls together. By the book the first one has id and name, and the
 * later ones only its index; backends also leave out the index, count every call 0, send the id
 * again or empty, or a call whole.
 */
export function createToolCalls(): (fragment: Json, draft: MessageDraft) => void {
  const calls = new Map<unknown, OpenCall>()
  let lastKey: unknown

  function callOf(index: unknown, id: string, name: string, draft: MessageDraft): ToolCallDraft {
    const key = index ?? (id || lastKey)
    lastKey = key
    const known = calls.get(key)
    // An id that is new begins a call whatever the index says.
    if (known && (!id || !known.id || id === known.id)) return known.draft
    const call = { id, draft: draft.openToolCall({ id, name }) }
    calls.set(key, call)
    return call.draft
  }

  return (fragment, draft) => {
    const name = text(fragment?.function?.name)
    const call = callOf(fragment?.index, text(fragment?.id), name, draft)
    if (name) call.update({ name })
    const args = argsIn(fragment?.function?.arguments)
    // Proxies send `{}` before the real arguments; alone it means the same as nothing.
    if (args !== '{}' || call.argsText) call.appendArgs(args)
  }
}

function argsIn(value: unknown): string {
  return typeof value === 'object' && value ? JSON.stringify(value) : text(value)
}
