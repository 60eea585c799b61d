import type { StreamEvent } from '../formats/types.js'
import { backendError, errorMessage } from './events/backend-error.js'
import { readFinishReason } from './message/finish-reason.js'
import { createGrowingTexts } from './message/growing-text.js'
import { fileUrl, filesOf, kindOf } from './message/files.js'
import { stepsOf, unlessEmpty } from './message/history.js'
import { detectFormatOrJson } from './json/json-body.js'
import { list, number, text, type Json } from './json/json.js'
import type { ChatMessage, FilePart } from './message/message.js'
import { readRecord } from './events/record.js'
import { addSource } from './message/source.js'
import { functionCall, functionTools } from './message/tools.js'
import type {
  ChatProtocol,
  ChatReader,
  MessageDraft,
  ModelOptions,
  TextDraft,
  ToolCallDraft,
} from './types.js'
import { readUsage, sumOf } from './message/usage.js'

/**
 * DashScope's own API (Qwen, Model Studio): text and multimodal generation, deep research, and apps. It
 * asks for increments; a reply in which each event repeats the text so far is recognised.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { dashscope } from 'brooklet/protocols'
 *
 * const chat = createChat({ url: '/api/qwen', protocol: dashscope({ model: 'qwen-plus' }) })
 * ```
 */
export function dashscope({ model }: ModelOptions = {}): ChatProtocol {
  return {
    detectFormat: detectFormatOrJson,
    request: ({ messages, tools }) => ({
      // The API streams only with this header.
      headers: { 'x-dashscope-sse': 'enable' },
      body: {
        model,
        input: { messages: toMessages(messages) },
        parameters: {
          result_format: 'message',
          incremental_output: true,
          tools: functionTools(tools),
        },
      },
    }),
    reader,
    errorMessage,
  }
}

/** If any message has files, all are sent as blocks: multimodal models accept nothing else. */
function toMessages(messages: readonly ChatMessage[]): object[] {
  const hasFiles = messages.some((message) => filesOf(message).length > 0)
  return stepsOf(messages).flatMap(({ role, text, files, calls }) => [
    {
      role,
      content: hasFiles ? [...files.map(toBlock), ...(text ? [{ text }] : [])] : text,
      tool_calls: unlessEmpty(calls.map(functionCall)),
    },
    ...calls.map(({ id, answer }) => ({
      role: 'tool',
      tool_call_id: id,
      content: hasFiles ? [{ text: answer }] : answer,
    })),
  ])
}

function toBlock(file: FilePart): object {
  return { [kindOf(file) ?? 'file']: fileUrl(file) }
}

function reader(): ChatReader {
  const write = createGrowingTexts()
  const calls: ToolCallDraft[] = []
  let answer: TextDraft | undefined

  function read(event: StreamEvent, draft: MessageDraft): void {
    const { type, data } = event
    const record = type === 'error' ? undefined : readRecord(event)
    const output = record?.output
    if (type === 'error' || (record?.code && !output)) return draft.fail(backendError(data))
    const choice = list(output?.choices)[0]
    const node = output?.workflow_message?.message
    const message = choice?.message ?? node ?? output?.message
    think('', reasoningIn(message, output), draft)
    const content = message?.content ?? output?.text
    const phase = text(message?.phase)
    if (phase && phase !== 'answer') {
      think(phase, text(content), draft)
    } else if (content !== undefined) {
      write(node ? 'node' : 'text', textIn(content), () => begin(draft))
    }
    readResearch(message?.extra?.deep_research, draft)
    list(message?.tool_calls).forEach((call, index) => readCall(call, index, draft))
    readSources(output, draft)
    readModels(record?.usage, draft)
    const reason = text(choice?.finish_reason ?? output?.finish_reason)
    // Until the end, it is the string `null`.
    if (reason !== 'null') readFinishReason(reason, draft)
    // Deep research gives no reason.
    const status = text(message?.status)
    if (phase === 'answer' && status === 'finished') draft.finish('stop', status)
    if (output?.session_id) draft.setMetadata({ sessionId: output.session_id })
  }

  /** Without words, nothing changes: a model that repeats all its text may leave out its reasoning. */
  function think(about: string, words: string, draft: MessageDraft): void {
    if (words) write(`reasoning ${about}`, words, () => draft.openText('reasoning'))
  }

  /** Each round of a deep research has a query, a goal, and what has been learned from some pages. */
  function readResearch(found: Json, draft: MessageDraft): void {
    const round = found?.research ?? found?.query
    const { id, query, researchGoal, learningMap } = round ?? {}
    for (const [key, words] of Object.entries({ query, researchGoal, ...learningMap })) {
      think(`${text(id)} ${key}`, text(words), draft)
    }
    for (const each of [round?.webSites, found?.webSites, found?.references].flatMap(list)) {
      addSource(each?.url, each?.title, draft)
    }
  }

  /** What a workflow says at its end takes the place of what its nodes said. */
  function begin(draft: MessageDraft): TextDraft {
    answer ??= draft.openText('text')
    answer.replace('')
    return answer
  }

  function readCall(fragment: Json, position: number, draft: MessageDraft): void {
    const index = number(fragment?.index) ?? position
    const name = text(fragment?.function?.name)
    const call = (calls[index] ??= draft.openToolCall({ id: text(fragment?.id), name }))
    write(`call ${index}`, text(fragment?.function?.arguments), () => ({
      append: call.appendArgs,
      replace: (argsText) => call.update({ argsText }),
    }))
  }

  return { read, end: (draft) => (draft.finishReason ? 'complete' : 'cut') }
}

/** Web pages, and documents, which have no URL. */
function readSources(output: Json, draft: MessageDraft): void {
  for (const each of list(output?.search_info?.search_results)) {
    addSource(each?.url, each?.title, draft)
  }
  for (const each of list(output?.doc_references)) {
    addSource(undefined, each?.title ?? each?.doc_name, draft, { documentId: each?.doc_id })
  }
}

/** An app reports its model's reasoning as some of its steps. */
function reasoningIn(message: Json, output: Json): string {
  const steps = list(output?.thoughts).filter((each) => text(each?.action_type) === 'reasoning')
  return text(message?.reasoning_content) || steps.map((each) => text(each?.thought)).join('')
}

/** Multimodal models send blocks. */
function textIn(content: Json): string {
  const blocks = list(content).map((block) => text(block?.text))
  return text(content) || blocks.join('')
}

/** An app may have used several models, whose counts are added up. */
function readModels(usage: Json, draft: MessageDraft): void {
  const models = list(usage?.models)
  const all = models.length > 0 ? models : [usage]
  readUsage(sumOf(all, 'input_tokens'), sumOf(all, 'output_tokens'), draft)
}
