import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessageIn } from './backend-error.js'
import { isHeartbeat } from './signals.js'
import { list, readJson, text, type Json } from './json.js'
import { createLangChainMessages, isHuman } from './langchain-messages.js'
import { langChainInput } from './langchain-input.js'
import type { AddedPart, ChatProtocol, ChatReader, MessageDraft } from './types.js'

export interface LangGraphOptions {
  /** The assistant, or the name of the graph. Default `agent`. */
  assistantId?: string
  /**
   * The URL is that of a thread, which keeps the conversation: only what came since the last reply
   * is sent. Default `false`: the whole conversation.
   */
  hasThread?: boolean
}

/**
 * LangGraph's API: runs with the stream modes `messages-tuple`, `messages`, `updates`, `values` and
 * `custom`. Of subgraphs nothing is read. Interrupts and custom events are data parts. The run of a
 * thread can be resumed; it goes on when the page leaves.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { langGraph } from 'brooklet/protocols'
 *
 * const chat = createChat({
 *   url: 'http://localhost:2024/runs/stream',
 *   protocol: langGraph({ assistantId: 'agent' }),
 * })
 * ```
 */
export function langGraph(options: LangGraphOptions = {}): ChatProtocol {
  const { assistantId = 'agent', hasThread = false } = options
  return {
    request: ({ messages }) => ({
      body: {
        assistant_id: assistantId,
        input: { messages: langChainInput(hasThread ? sinceReply(messages) : messages) },
        stream_mode: ['messages-tuple', 'updates', 'custom'],
        stream_resumable: true,
        on_disconnect: 'continue',
      },
    }),
    reader,
    errorMessage,
  }
}

/** `error` is the name of an exception's class. */
const errorMessage = errorMessageIn('message')

function sinceReply<T extends { role: string }>(messages: readonly T[]): readonly T[] {
  return messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
}

function reader(): ChatReader {
  const { readChunk, readWhole } = createLangChainMessages()
  let putInterrupts: ((part: AddedPart) => void) | undefined
  let runId = ''
  let lastEventId = ''

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    if (isHeartbeat(event)) return
    lastEventId = event.lastEventId
    switch (event.type) {
      case 'end':
        return 'complete'
      case 'error':
        return draft.fail(backendError(event.data, errorMessage(event.data)))
      case 'metadata':
        return readRun(readJson(event), draft)
      case 'messages': {
        const [message] = list(readJson(event))
        return readChunk(message, draft)
      }
      case 'messages/partial':
      case 'messages/complete':
        return readEach(readJson(event), draft)
      case 'updates':
        for (const update of Object.values(readJson(event) ?? {})) readState(update, draft)
        return readInterrupts(readJson(event), draft)
      case 'values':
        readState(readJson(event), draft)
        return readInterrupts(readJson(event), draft)
      case 'custom':
        return void draft.addPart({ type: 'data', name: 'custom', data: readJson(event) })
    }
  }

  function readRun(run: Json, draft: MessageDraft): void {
    runId = text(run?.run_id)
    draft.setMetadata({ runId, threadId: run?.thread_id })
  }

  /** A state has the conversation: what follows the user's last message is this reply. */
  function readState(state: Json, draft: MessageDraft): void {
    const { messages } = state ?? {}
    const all = Array.isArray(messages) ? list(messages) : [messages]
    for (const message of all.slice(all.findLastIndex(isHuman) + 1)) readWhole(message, draft)
  }

  function readEach(messages: Json, draft: MessageDraft): void {
    for (const message of list(messages)) readWhole(message, draft)
  }

  function readInterrupts(state: Json, draft: MessageDraft): void {
    const data = state?.['__interrupt__']
    if (!data) return
    const part: AddedPart = { type: 'data', name: 'interrupts', data }
    if (putInterrupts) putInterrupts(part)
    else putInterrupts = draft.addPart(part)
  }

  return {
    read,
    // No marker exists: the run has ended for certain where its last model has.
    end({ finishReason }) {
      return finishReason && finishReason !== 'tool-calls' ? 'complete' : 'unmarked'
    },
    /** Only after an id: joined without one, a run tells what is new and not what is missing. */
    resumeUrl(url, fromStart) {
      const resumed = url.replace(/(\/threads\/[^/]+\/runs)\/stream(?=$|\?)/, `$1/${runId}/stream`)
      return runId && lastEventId && !fromStart && resumed !== url ? resumed : null
    },
  }
}
