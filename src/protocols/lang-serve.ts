import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { eventText } from './events/event-text.js'
import { isText, list, readJson, text, type Json } from './json/json.js'
import { langChainInput } from './langchain/langchain-input.js'
import { createLangChainReader, isFromTool, messageIn } from './langchain/langchain-messages.js'
import type { ChatMessage } from './message/message.js'
import type { ChatProtocol, ChatReader, MessageDraft, ReplyInfo } from './types.js'

/** The options of `langServe()`. */
export interface LangServeOptions {
  /** The chain's input. Default `{ messages }`, with LangChain's messages. */
  input?: ((messages: readonly ChatMessage[]) => unknown) | undefined
}

/**
 * LangServe: `/stream` of a chain whose output is text, messages, or objects with `answer` or `output`;
 * the models' text in `/stream_events`; and the output in `/stream_log`. The body is read as text,
 * because its `end` event has no data, and the standard ignores such events.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { langServe } from 'brooklet/protocols'
 *
 * const chat = createChat({
 *   url: '/rag/stream',
 *   protocol: langServe({ input: (messages) => ({ question: messages.at(-1)?.content }) }),
 * })
 * ```
 */
export function langServe({ input = defaultInput }: LangServeOptions = {}): ChatProtocol {
  return {
    format: 'text',
    request: ({ messages }) => ({ body: { input: input(messages) } }),
    reader,
    errorMessage,
  }
}

function defaultInput(messages: readonly ChatMessage[]): object {
  return { messages: langChainInput(messages) }
}

function reader({ format }: ReplyInfo): ChatReader {
  const readMessage = createLangChainReader()

  function read(event: StreamEvent, draft: MessageDraft): 'complete' | void {
    switch (event.type) {
      case 'error':
        return draft.fail(backendError(event.data))
      case 'metadata':
        return draft.setMetadata({ runId: readJson(event)?.run_id })
      case 'data': {
        const data = readJson(event)
        if (data?.ops) return readLog(data.ops, draft)
        return data?.event ? readEvent(text(data.event), data.data, draft) : readOutput(data, draft)
      }
      case 'end':
        return 'complete'
    }
  }

  function readLog(operations: Json, draft: MessageDraft): void {
    for (const each of list(operations)) {
      if (text(each?.path) === '/streamed_output/-') readOutput(each?.value, draft)
    }
  }

  /** Reads what models stream and what tools give: other events repeat it, as the output of the chain. */
  function readEvent(event: string, data: Json, draft: MessageDraft): void {
    if (/^on_(chat_model|llm)_stream$/.test(event)) readOutput(data?.chunk, draft)
    else if (isFromTool(messageIn(data?.output))) readMessage(data?.output, draft)
  }

  function readOutput(output: Json, draft: MessageDraft): void {
    if (output?.type) return readMessage(output, draft)
    const found = [output, output?.answer, output?.output, output?.text, output?.content].find(
      isText,
    )
    draft.appendText(text(found))
  }

  // If the page has set the format `sse`, the `end` event is not seen.
  if (format === 'sse') return { read, end: () => 'unmarked' }
  return eventText({ read, end: () => 'cut' }, createEndFinder())
}

function createEndFinder(): (text: string) => StreamEvent[] {
  /** The beginning of the current line, as much as it takes to recognize it. */
  let line = ''

  return (text) => {
    const lines = (line + text).split(/[\r\n]/)
    line = lines.pop()!.slice(0, 'event: end'.length + 1)
    const isEnd = lines.some((each) => /^event: ?end$/.test(each))
    return isEnd ? [{ type: 'end', data: '', lastEventId: '' }] : []
  }
}
