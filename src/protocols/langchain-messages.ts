import { finishReasonOf } from './finish-reason.js'
import { list, text, type Json } from './json.js'
import type { MessageDraft, TextDraft, ToolCallDraft } from './types.js'
import { readUsage, sumOf } from './usage.js'

export interface LangChainMessages {
  /** A piece of a message: what it has is added. */
  readChunk(message: Json, draft: MessageDraft): void
  /** A message as far as it is known: what it has takes the place of what came before under its `id`. */
  readWhole(message: Json, draft: MessageDraft, id: string): void
}

interface Counts {
  input_tokens?: number
  output_tokens?: number
}

/** Writes LangChain's messages, which come in pieces, as wholes, or first in pieces and then as a whole. */
export function createLangChainMessages(): LangChainMessages {
  const texts = new Map<string, TextDraft>()
  const calls = new Map<string, ToolCallDraft>()
  /** By the id of the message. */
  const counts = new Map<string, Counts>()

  function textOf(id: string, type: 'text' | 'reasoning', draft: MessageDraft): TextDraft {
    const key = `${type} ${id}`
    const part = texts.get(key) ?? draft.openText(type)
    texts.set(key, part)
    return part
  }

  /** By its id, or by its index in the message: the pieces after the first have no id. */
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
    if (text(message?.status) !== 'error') call?.update({ result: content, state: 'done' })
    else call?.update({ error: text(content) || JSON.stringify(content), state: 'error' })
  }

  /** Each call of a model has counts of its own; those of pieces add up with what came `before`. */
  function count(usage: Json, id: string, before: Counts | undefined, draft: MessageDraft): void {
    if (!usage) return
    counts.set(id, added([before, usage]))
    const { input_tokens, output_tokens } = added([...counts.values()])
    readUsage(input_tokens, output_tokens, draft)
  }

  return {
    readChunk(message, draft) {
      if (isResult(message)) return readResult(message)
      if (!isOurs(message)) return
      const id = text(message?.id)
      const { content, reasoning } = contentIn(message)
      if (reasoning) textOf(id, 'reasoning', draft).append(reasoning)
      if (content) textOf(id, 'text', draft).append(content)
      const pieces = list(message?.tool_call_chunks)
      for (const piece of pieces) callOf(piece, id, draft).appendArgs(text(piece?.args))
      if (pieces.length === 0) readCalls(message, id, draft)
      readSources(message, draft)
      count(message?.usage_metadata, id, counts.get(id), draft)
      readReason(message, draft)
    },
    readWhole(message, draft, id) {
      if (isResult(message)) return readResult(message)
      if (!isOurs(message)) return
      const { content, reasoning } = contentIn(message)
      if (reasoning) textOf(id, 'reasoning', draft).replace(reasoning)
      if (content) textOf(id, 'text', draft).replace(content)
      readCalls(message, id, draft)
      readSources(message, draft)
      count(message?.usage_metadata, id, undefined, draft)
      readReason(message, draft)
    },
  }

  function readCalls(message: Json, messageId: string, draft: MessageDraft): void {
    for (const call of list(message?.tool_calls)) {
      if (call?.id) callOf(call, messageId, draft).update({ args: call.args })
    }
  }
}

function added(all: readonly (object | null | undefined)[]): Counts {
  return { input_tokens: sumOf(all, 'input_tokens'), output_tokens: sumOf(all, 'output_tokens') }
}

export function isHuman(message: Json): boolean {
  return /^(human|user)/i.test(roleOf(message))
}

function isOurs(message: Json): boolean {
  return /^(ai|assistant)/i.test(roleOf(message))
}

function isResult(message: Json): boolean {
  return /^tool/i.test(roleOf(message))
}

function roleOf(message: Json): string {
  return text(message?.type) || text(message?.role)
}

/** Text, or blocks as the model's provider has them. */
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
  const raw = names.map((name) => text(told?.[name])).find(Boolean)
  if (raw) draft.finish(finishReasonOf(raw), raw)
}
