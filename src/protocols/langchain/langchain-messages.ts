import { readFinishReason } from '../message/finish-reason.js'
import { list, text, textOrJson, type Json } from '../json/json.js'
import type { MessageDraft, TextDraft, ToolCallDraft } from '../types.js'
import { readUsage, sumOf } from '../message/usage.js'

/**
 * Reads a message of LangChain's: without an `id`, a piece, which is added to what came before; with one,
 * all that there is of that message so far, which replaces it.
 */
export type LangChainReader = (message: Json, draft: MessageDraft, id?: string) => void

export function createLangChainReader(): LangChainReader {
  const texts = new Map<string, TextDraft>()
  const calls = new Map<string, ToolCallDraft>()
  /** The usage of each message, by its id: that of its pieces adds up. */
  const counts = new Map<string, readonly Json[]>()

  function textAt(id: string, type: 'text' | 'reasoning', draft: MessageDraft): TextDraft {
    const key = `${type} ${id}`
    const part = texts.get(key) ?? draft.openText(type)
    texts.set(key, part)
    return part
  }

  /** Found by its id, or by its index in the message: pieces after the first have no id. */
  function callOf(call: Json, messageId: string, draft: MessageDraft): ToolCallDraft {
    const id = text(call?.id)
    const place = `${messageId} ${text(call?.index)}`
    const known = calls.get(id || place)
    const found = known ?? draft.openToolCall({ id, name: text(call?.name) })
    for (const key of [id, place]) if (key) calls.set(key, found)
    return found
  }

  function readResult(message: Json): void {
    const call = calls.get(text(message?.tool_call_id))
    const content = message?.content
    // Tells the results of the backend's tools from those of the page's.
    call?.update({ resultProviderMetadata: { langChain: {} } })
    if (text(message?.status) !== 'error') call?.update({ result: content, state: 'done' })
    else call?.update({ error: textOrJson(content), state: 'error' })
  }

  function count(usage: Json, id: string, before: readonly Json[], draft: MessageDraft): void {
    if (!usage) return
    counts.set(id, [...before, usage])
    const all = [...counts.values()].flat()
    readUsage(sumOf(all, 'input_tokens'), sumOf(all, 'output_tokens'), draft)
  }

  return (written, draft, wholeId) => {
    const message = messageIn(written)
    if (isFromTool(message)) return readResult(message)
    if (!isFrom(/^(ai|assistant)/i, message)) return
    const isWhole = wholeId !== undefined
    const id = wholeId ?? text(message?.id)
    const write = isWhole ? 'replace' : 'append'
    const { content, reasoning } = contentIn(message)
    if (reasoning) textAt(id, 'reasoning', draft)[write](reasoning)
    if (content) textAt(id, 'text', draft)[write](content)
    const pieces = isWhole ? [] : list(message?.tool_call_chunks)
    for (const piece of pieces) callOf(piece, id, draft).appendArgs(text(piece?.args))
    for (const call of pieces.length > 0 ? [] : list(message?.tool_calls)) {
      if (call?.id) callOf(call, id, draft).update({ args: call.args })
    }
    readSources(message, draft)
    count(message?.usage_metadata, id, isWhole ? [] : (counts.get(id) ?? []), draft)
    readReason(message, draft)
  }
}

/** Unwraps a message that is written as what makes it again: its class, and what that is given. */
export function messageIn(written: Json): Json {
  if (!written?.lc) return written
  const { id, kwargs } = written
  return { type: list(id).at(-1), content: kwargs?.content_blocks, ...kwargs }
}

export function isHuman(message: Json): boolean {
  return isFrom(/^(human|user)/i, message)
}

export function isFromTool(message: Json): boolean {
  return isFrom(/^tool/i, message)
}

function isFrom(role: RegExp, message: Json): boolean {
  return role.test(text(message?.type) || text(message?.role))
}

/** The content is text, or a list of blocks in the shape of the model's provider. */
function contentIn(message: Json): { content: string; reasoning: string } {
  let content = text(message?.content)
  let reasoning = text(message?.additional_kwargs?.reasoning_content)
  for (const block of list(message?.content)) {
    content += text(block) || text(block?.text)
    reasoning += text(block?.thinking) || text(block?.reasoning)
    for (const each of list(block?.summary)) reasoning += text(each?.text)
  }
  return { content, reasoning }
}

function readSources(message: Json, draft: MessageDraft): void {
  for (const block of list(message?.content)) {
    for (const { url, title } of list(block?.annotations).map((each) => each ?? {})) {
      if (url) draft.addPart({ type: 'source', url: text(url), title: text(title) || undefined })
    }
  }
}

function readReason(message: Json, draft: MessageDraft): void {
  const told = message?.response_metadata
  const names = ['finish_reason', 'stop_reason', 'done_reason', 'finishReason', 'stopReason']
  readFinishReason(names.map((name) => told?.[name]).find(Boolean), draft)
}
