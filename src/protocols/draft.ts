import type { StreamError } from '../errors.js'
import type { FinishReason, MessagePart, ToolCallPart, Usage } from './message.js'
import type { MessageDraft, ToolCallDraft } from './types.js'

/** What a draft amounts to so far. Immutable; parts that did not change keep their identity. */
export interface DraftSnapshot {
  parts: readonly MessagePart[]
  content: string
  finishReason?: FinishReason
  rawFinishReason?: string
  usage?: Usage
  metadata?: Record<string, unknown>
}

export interface Draft extends MessageDraft {
  /** The text parts so far, joined. */
  readonly content: string
  snapshot(): DraftSnapshot
  /**
   * Nothing more will come: the arguments of the tool calls are parsed. Those that are no JSON stay
   * `null`, and their call becomes `error`.
   */
  settle(): void
}

/** A reply being written. Appending costs O(1), a snapshot O(parts). */
export function createDraft(): Draft {
  /** Each is immutable once a snapshot has handed it out: a change replaces it. */
  const parts: MessagePart[] = []
  /** The part that was made since the last snapshot, if it is text. */
  let fresh: MessagePart | undefined
  const sourceUrls = new Set<string>()
  let content = ''
  let finishReason: FinishReason | undefined
  let rawFinishReason: string | undefined
  let usage: Usage | undefined
  let metadata: Record<string, unknown> | undefined
  let error: StreamError | undefined

  function append(type: 'text' | 'reasoning', delta: string): void {
    if (delta === '') return
    const last = parts.at(-1)
    // What no snapshot has handed out yet may change: an object a token would keep the collector busy.
    if (last === fresh && last?.type === type) last.text += delta
    else if (last?.type === type)
      parts[parts.length - 1] = fresh = { type, text: last.text + delta }
    else parts.push((fresh = { type, text: delta }))
  }

  function openToolCall({ id, name }: { id?: string; name: string }): ToolCallDraft {
    const index = parts.length
    let call: ToolCallPart = {
      type: 'tool-call',
      id: id || `call-${index + 1}`,
      name,
      args: null,
      argsText: '',
      state: 'streaming',
    }
    function change(changed: Partial<ToolCallPart>): void {
      parts[index] = call = { ...call, ...changed }
    }
    parts.push(call)
    return {
      setName: (name) => change({ name }),
      appendArgs: (delta) => change({ argsText: call.argsText + delta }),
      get argsText() {
        return call.argsText
      },
    }
  }

  return {
    appendText(delta) {
      content += delta
      append('text', delta)
    },
    appendReasoning: (delta) => append('reasoning', delta),
    openToolCall,
    addPart(part) {
      if (part.type === 'source' && part.url !== undefined) {
        if (sourceUrls.has(part.url)) return
        sourceUrls.add(part.url)
      }
      parts.push(part)
    },
    finish(reason, raw) {
      finishReason = reason
      rawFinishReason = raw
    },
    setUsage({ inputTokens = usage?.inputTokens, outputTokens = usage?.outputTokens }) {
      usage = { inputTokens, outputTokens }
    },
    setMetadata(values) {
      metadata = { ...metadata, ...values }
    },
    fail(reported) {
      error ??= reported
    },
    get content() {
      return content
    },
    get finishReason() {
      return finishReason
    },
    get error() {
      return error
    },
    settle() {
      parts.forEach((part, index) => {
        if (part.type === 'tool-call' && part.state === 'streaming') parts[index] = settled(part)
      })
    },
    snapshot() {
      fresh = undefined
      return { parts: [...parts], content, finishReason, rawFinishReason, usage, metadata }
    },
  }
}

function settled(call: ToolCallPart): ToolCallPart {
  try {
    return { ...call, args: JSON.parse(call.argsText || '{}'), state: 'ready' }
  } catch {
    const error = `Expected arguments in JSON, got ${call.argsText.slice(0, 100)}`
    return { ...call, state: 'error', error }
  }
}
