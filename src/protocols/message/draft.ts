import type { StreamError } from '../../errors.js'
import {
  textOf,
  type FinishReason,
  type MessagePart,
  type ReasoningPart,
  type TextPart,
  type ToolCallPart,
  type Usage,
} from './message.js'
import { jsonIn } from '../json/json.js'
import { createPartialJson } from '../json/partial-json.js'
import type { MessageDraft, TextDraft, ToolCallDraft, ToolCallStart } from '../types.js'

type Writable = TextPart | ReasoningPart

/** A draft as it is so far. Immutable; parts that did not change keep their identity. */
export interface DraftSnapshot {
  parts: readonly MessagePart[]
  /** The text parts, joined. */
  content: string
  finishReason?: FinishReason
  rawFinishReason?: string
  usage?: Usage
  metadata?: Record<string, unknown>
}

export interface Draft extends MessageDraft {
  /**
   * `isWhole` if nothing more will come: the arguments of the tool calls are parsed then. Those that are
   * not JSON stay `null`, and their call becomes `error`.
   */
  snapshot(isWhole?: boolean): DraftSnapshot
}

/** Reads the arguments of a tool call as far as they have come; `isWhole` if no more will come. */
type ReadArgs = (isWhole: boolean | undefined) => void

/** A reply being written. Appending costs O(1), a snapshot O(parts). */
export function createDraft(): Draft {
  /** Each is immutable once a snapshot has handed it out: a change replaces it. */
  const parts: MessagePart[] = []
  /** The part that was made since the last snapshot, if it is text. */
  let fresh: Writable | undefined
  const calls: ReadArgs[] = []
  const sources = new Set<string | undefined>()
  let finishReason: FinishReason | undefined
  let rawFinishReason: string | undefined
  let usage: Usage | undefined
  let metadata: Record<string, unknown> | undefined
  let error: StreamError | undefined

  function openText(type: Writable['type']): TextDraft {
    const index = parts.push({ type, text: '' }) - 1
    return {
      append: (delta, more) => write(index, delta, more),
      replace: (text) => write(index, '', { text }),
    }
  }

  function append(type: Writable['type'], delta: string): void {
    if (!delta) return
    if (parts.at(-1)?.type !== type) openText(type)
    write(parts.length - 1, delta)
  }

  /**
   * A part that no snapshot has handed out is changed in place: a new object for each token would keep
   * the garbage collector busy.
   */
  function write(index: number, delta: string, more?: Partial<Writable>): void {
    let part = parts[index] as Writable
    if (part !== fresh || more) parts[index] = fresh = part = { ...part, ...more }
    part.text += delta
  }

  function openToolCall({ id, ...start }: ToolCallStart): ToolCallDraft {
    const index = parts.length
    let call: ToolCallPart = {
      type: 'tool-call',
      id: id || `call-${index + 1}`,
      args: null,
      argsText: '',
      state: 'streaming',
      ...start,
    }
    let partial = createPartialJson()
    /** Whether the arguments came as a value, and are not to be read from their text. */
    let isGiven = false

    function change(changed: Partial<ToolCallPart>): void {
      parts[index] = call = { ...call, ...changed }
    }
    function settleCall(): void {
      const { argsText, providerExecuted } = call
      // A reply may be cut before the first argument of its last call.
      const isCut = /length|filter|error/.test(finishReason ?? '') && parts.at(-1) === call
      const args = isGiven ? call.args : jsonIn(argsText || (isCut ? '' : '{}'))
      isGiven = true
      if (args !== call.args) change({ args: args ?? null })
      // A call whose state the backend has already changed keeps that.
      if (call.state !== 'streaming') return
      if (args !== undefined) change({ state: providerExecuted ? 'done' : 'ready' })
      else
        change({
          state: 'error',
          error: `Expected arguments in JSON, got ${argsText.slice(0, 100)}`,
        })
    }
    parts.push(call)
    calls.push((isWhole) => {
      if (parts[index] !== call) return // removed by `truncate`
      if (isWhole) {
        settleCall()
      } else if (!isGiven) {
        const args = partial.value() ?? null
        if (args !== call.args) change({ args })
      }
    })
    return {
      update(changed) {
        isGiven ||= changed.args != null
        if (changed.argsText) {
          partial = createPartialJson()
          partial.push(changed.argsText)
        }
        change(changed)
      },
      appendArgs(delta) {
        partial.push(delta)
        change({ argsText: call.argsText + delta })
      },
      get argsText() {
        return call.argsText
      },
    }
  }

  return {
    appendText: (delta) => append('text', delta),
    appendReasoning: (delta) => append('reasoning', delta),
    openText,
    openToolCall,
    addPart(part) {
      const source = sourceName(part)
      if (sources.has(source)) return () => {}
      if (source) sources.add(source)
      const index = parts.push(part) - 1
      return (next) => {
        parts[index] = next
      }
    },
    get length() {
      return parts.length
    },
    truncate(length) {
      for (const part of parts.splice(length)) sources.delete(sourceName(part))
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
    get finishReason() {
      return finishReason
    },
    get error() {
      return error
    },
    snapshot(isWhole) {
      fresh = undefined
      for (const readArgs of calls) readArgs(isWhole)
      return {
        // Without texts that were opened, and to which nothing has been written.
        parts: parts.filter((part) => !isWritable(part) || part.text),
        content: textOf(parts),
        finishReason,
        rawFinishReason,
        usage,
        metadata,
      }
    },
  }
}

/** A second source with the same name is not added. Documents often have no URL. */
function sourceName(part: MessagePart): string | undefined {
  return part.type === 'source' ? (part.url ?? JSON.stringify(part)) : undefined
}

function isWritable(part: MessagePart): part is Writable {
  return part.type === 'text' || part.type === 'reasoning'
}

/** How much has been written: about the characters of its text, its reasoning and its tools' arguments. */
export function sizeOf(written: Pick<Draft, 'snapshot'>): number {
  return written.snapshot().parts.reduce((size, part) => {
    if (part.type === 'tool-call') return size + part.argsText.length + 1
    return isWritable(part) ? size + part.text.length : size + 1
  }, 0)
}
