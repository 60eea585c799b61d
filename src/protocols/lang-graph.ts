import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessageBy } from './events/backend-error.js'
import { isHeartbeat } from './events/signals.js'
import { list, readJson, text, type Json } from './json/json.js'
import { createLangChainReader, isHuman, messageIn } from './langchain/langchain-messages.js'
import { langChainInput } from './langchain/langchain-input.js'
import type { ChatMessage, MessagePart } from './message/message.js'
import type { AddedPart, ChatProtocol, ChatReader, MessageDraft } from './types.js'

/** The options of `langGraph()`. */
export interface LangGraphOptions {
  /** The assistant, or the name of the graph. Default `agent`. */
  assistantId?: string | undefined
  /**
   * Whether the URL is that of a thread, which keeps the conversation: then only what came since the last
   * reply is sent, and the results of the page's tools. Default `false`: the whole conversation is.
   */
  hasThread?: boolean | undefined
}

/**
 * LangGraph's API: runs with the stream modes `messages-tuple`, `messages`, `updates`, `values` and
 * `custom`. Subgraphs are not read. Interrupts and custom events are data parts. The run of a thread
 * can be resumed; it goes on when the page leaves.
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
        input: { messages: hasThread ? newIn(messages) : langChainInput(messages) },
        stream_mode: ['messages-tuple', 'updates', 'custom'],
        stream_resumable: true,
        on_disconnect: 'continue',
      },
    }),
    reader,
    errorMessage,
  }
}

/** The words are in `message`; `error` is the name of an exception's class. */
const errorMessage = errorMessageBy('message')

/** What a thread does not have yet: the results of the page's tools, and what came since the last reply. */
function newIn(messages: readonly ChatMessage[]): object[] {
  const at = messages.findLastIndex(({ role }) => role === 'assistant')
  const reply = messages.slice(at, at + 1).map(ofPage)
  const results = langChainInput(reply).filter(({ type }) => type === 'tool')
  return [...results, ...langChainInput(messages.slice(at + 1))]
}

/** The reply with only those calls that the page has answered. */
function ofPage(reply: ChatMessage): ChatMessage {
  const isOfPage = (part: MessagePart): boolean =>
    part.type === 'tool-call' && part.args !== null && !part.resultProviderMetadata?.['langChain']
  return { ...reply, parts: reply.parts.filter(isOfPage) }
}

function reader(): ChatReader {
  const readMessage = createLangChainReader()
  let putInterrupts: ((part: AddedPart) => void) | undefined
  let runId = ''
  let lastEventId = ''
  let hasNews = true
  let updates = 0

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    if (isHeartbeat(event)) return
    lastEventId = event.lastEventId
    hasNews = true
    switch (event.type) {
      case 'end':
        return 'complete'
      case 'error':
        return draft.fail(backendError(event.data, errorMessage(event.data)))
      case 'metadata':
        return readRun(readJson(event), draft)
      case 'messages': {
        const [message] = list(readJson(event))
        return readMessage(message, draft)
      }
      case 'messages/partial':
      case 'messages/complete':
        // On a thread, they begin with the whole conversation.
        return readMessages(readJson(event), '', draft)
      case 'updates':
        for (const update of Object.values(readJson(event) ?? {})) {
          readMessages(update?.messages, `update ${(updates += 1)}`, draft)
        }
        return readInterrupts(readJson(event), draft)
      case 'values':
        readMessages(readJson(event)?.messages, 'state', draft)
        return readInterrupts(readJson(event), draft)
      case 'custom':
        return void draft.addPart({ type: 'data', name: 'custom', data: readJson(event) })
    }
  }

  function readRun(run: Json, draft: MessageDraft): void {
    runId = text(run?.run_id)
    draft.setMetadata({ runId, threadId: run?.thread_id })
  }

  /**
   * In a conversation, this reply is what follows the user's last message. A message without an id is
   * identified by its place.
   */
  function readMessages(messages: Json, where: string, draft: MessageDraft): void {
    const all = [messages].flat().map(messageIn)
    for (const [index, message] of all.slice(all.findLastIndex(isHuman) + 1).entries()) {
      readMessage(message, draft, text(message?.id) || `${where} ${index}`)
    }
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
    // There is no end marker. A run has certainly ended if its last model has, if it waits for an answer,
    // or if it had nothing more to send when it was joined again.
    end({ finishReason }) {
      const isOver = finishReason && finishReason !== 'tool-calls'
      if (isOver || putInterrupts || !hasNews) return 'complete'
      hasNews = false
      return 'unmarked'
    },
    /** Only after an event id: joined without one, a run sends what is new, but not what was missed. */
    resumeUrl(url, fromStart) {
      const resumed = url.replace(/(\/threads\/[^/]+\/runs)\/stream(?=$|\?)/, `$1/${runId}/stream`)
      return runId && lastEventId && !fromStart && resumed !== url ? resumed : null
    },
  }
}
