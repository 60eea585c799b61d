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
 * index 0, repeat the id, send an empty or each time another one, or send a call complete.
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
    // Whatever the index says, a new id with a name begins another call. Without ids, so does a new name, and
    // also the same name after arguments that are complete.
    const isOther = call?.id
      ? id && id !== call.id && (name || calls.has(id))
      : !id && name && call?.name && (name !== call.name || (args && isJson(call.draft.argsText)))
    if (isOther) call = calls.get(id)
    call ??= { id, name, draft: draft.openToolCall({ id, name }) }
    // A name may come in pieces, or again.
    if (name && call.name !== name) call.draft.update({ name: (call.name += name) })
    if (!call.id && id) call.draft.update({ id: (call.id = id) })
    calls.set(lastKey, call).set(id || lastKey, call)
    // Proxies send `{}` before the real arguments. Alone, it means the same as no arguments.
    if (args !== '{}' || call.draft.argsText) call.draft.appendArgs(args)
  }
}
