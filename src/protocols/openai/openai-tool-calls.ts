import { isJson } from '../../formats/is-json.js'
import { text, textOrJson, type Json } from '../json/json.js'
import type { MessageDraft, ToolCallDraft } from '../types.js'

interface OpenCall {
  id: string
  name: string
  draft: ToolCallDraft
}

/**
 * Puts the fragments of tool calls together. In OpenAI's API, the first fragment of a call has its id and
 * name, and later ones only its index. Other backends leave out the index or the id, give every call the
 * index 0, repeat the id or send an empty one, or send a call complete.
 */
export function createToolCalls(): (fragment: Json, draft: MessageDraft) => void {
  /** By index and by id. */
  const calls = new Map<unknown, OpenCall>()
  let lastKey: unknown

  return (fragment, draft) => {
    const id = text(fragment?.id)
    const name = text(fragment?.function?.name)
    const args = textOrJson(fragment?.function?.arguments)
    if (!id && !name && !args) return
    lastKey = fragment?.index ?? (id || lastKey)
    let call = calls.get(lastKey)
    // Whatever the index says, a new id begins another call. Without ids, so does a new name, and also the
    // same name after arguments that are complete.
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
    // Proxies send `{}` before the real arguments. Alone, it means the same as no arguments.
    if (args !== '{}' || call.draft.argsText) call.draft.appendArgs(args)
  }
}
