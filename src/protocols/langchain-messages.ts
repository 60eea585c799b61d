import { finishReasonOf } from './finish-reason.js'
import { list, text, type Json } from './json.js'
import type { MessageDraft, TextDraft, ToolCallDraft } from './types.js'
import { readUsage, sumOf } from './usage.js'

export interface LangChainMessages {
  /** A piece of a message: what it has is added. */
  readChunk(message: Json, draft: MessageDraft): void
  /** A message as far as it is known: what it has takes the place of what came of it before. */
  readWhole(message: Json, draft: MessageDraft): void
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

  function textOf(message: Json, type: 'text' | 'reasoning', draft: MessageDraft): TextDraft {
    const key = `${type} ${text(message?.id)}`
    const part = texts.get(key) ?? draft.openText(type)
    texts.set(key, part)
    return part
  }

  /** By its id, or by its index in the message: the pieces after the first have no id. */
  function callOf(call: Json, message: Json, draft: MessageDraft): ToolCallDraft {
    const id = text(call?.id)
    const place = `${text(message?.id)} ${text(call?.index)}`
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
  function count(message: Json, before: Counts | undefined, draft: MessageDraft): void {
    const usage = message?.usage_metadata
    if (!usage) return
    counts.set(text(message?.id), added([before, usage]))
    const { input_tokens, output_tokens } = added([...counts.values()])
    readUsage(input_tokens, output_tokens, draft)
  }

  return {
    readChunk(message, draft) {
      if (isResult(message)) return readResult(message)
      if (!isOurs(message)) return
      const { content, reasoning } = contentIn(message)
      if (reasoning) textOf(message, 'reasoning', draft).append(reasoning)
      if (content) textOf(message, 'text', draft).append(content)
      const pieces = list(message?.tool_call_chunks)
      for (const piece of pieces) callOf(piece, message, draft).appendArgs(text(piece?.args))
      if (pieces.length === 0) readCalls(message, draft)
      readSources(message, draft)
      count(message, counts.get(text(message?.id)), draft)
      readReason(message, draft)
    },
    readWhole(message, draft) {
      if (isResult(message)) return readResult(message)
      if (!isOurs(message)) return
      const { content, reasoning } = contentIn(message)
      if (reasoning) textOf(message, 'reasoning', draft).replace(reasoning)
      if (content) textOf(message, 'text', draft).replace(content)
      readCalls(message, draft)
      readSources(message, draft)
      count(message, undefined, draft)
      readReason(message, draft)
    },
  }

  function readCalls(message: Json, draft: MessageDraft): void {
    for (const call of list(message?.tool_calls)) {
      if (call?.id) callOf(call, message, draft).update({ args: call.args })
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
  const { finish_reason, stop_reason, done_reason } = message?.response_metadata ?? {}
  const raw = text(finish_reason ?? stop_reason ?? done_reason)
  if (raw) draft.finish(finishReasonOf(raw), raw)
}
