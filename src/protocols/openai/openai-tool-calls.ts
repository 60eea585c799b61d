import { isJson } from '../../formats/is-json.js'
import { text, type Json } from '../json/json.js'
import type { MessageDraft, ToolCallDraft } from '../types.js'

interface OpenCall {
  id: string
  name: string
  draft: ToolCallDraft
}

/**
 * Puts the fragments of tool calls together. By the book the first one has id and name, and the
 * later ones only its index; backends also leave out the index or the id, count every call 0, send
 * the id again or empty, or a call whole.
 */
export function createToolCalls(): (fragment: Json, draft: MessageDraft) => void {
  /** By index and by id. */
  const calls = new Map<unknown, OpenCall>()
  let lastKey: unknown

  return (fragment, draft) => {
    const id = text(fragment?.id)
    const name = text(fragment?.function?.name)
    const args = argsIn(fragment?.function?.arguments)
    if (!id && !name && !args) return
    lastKey = fragment?.index ?? (id || lastKey)
    let call = calls.get(lastKey)
    // What is new begins a call whatever the index says: an id or, where there are none, a name, even the
    // same one after arguments that are whole.
    const isOther = call?.id
      ? id && id !== call.id
      : !id && call?.name && name && (name !== call.name || (args && isJson(call.draft.argsText)))
    if (isOther) call = id ? calls.get(id) : undefined
    call ??= { id, name, draft: draft.openToolCall({ id, name }) }
    call.id ||= id
    call.name ||= name
    calls.set(lastKey, call).set(id, call)
    if (id) call.draft.update({ id })
    if (name) call.draft.update({ name })
    // Proxies send `{}` before the real arguments; alone it means the same as nothing.
    if (args !== '{}' || call.draft.argsText) call.draft.appendArgs(args)
  }
}

function argsIn(value: unknown): string {
  return text(value) || (value ? JSON.stringify(value) : '')
}
