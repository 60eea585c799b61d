import { detectFormat } from '../formats/detect-format.js'
import type { StreamEvent } from '../formats/types.js'
import { errorMessage } from './backend-error.js'
import { withBareJson } from './bare-json.js'
import { finishReasonOf } from './finish-reason.js'
import { createArgsWriter } from './gemini-args.js'
import { geminiRequest } from './gemini-request.js'
import { list, number, text, type Json } from './json.js'
import { readModelRecord } from './record.js'
import { addSource } from './source.js'
import type { ChatProtocol, ChatReader, MessageDraft, ToolCallDraft } from './types.js'
import { readUsage } from './usage.js'

/**
 * Google's `streamGenerateContent`, of Gemini and of Vertex: events where the URL asks for them with
 * `?alt=sse`, else the list in JSON, as it comes. The model is part of the URL.
 *
 * @example
 * ```ts
 * import { createChat } from 'brooklet/core'
 * import { gemini } from 'brooklet/protocols'
 *
 * const chat = createChat({
 *   url: '/api/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
 *   protocol: gemini(),
 * })
 * ```
 */
export function gemini(): ChatProtocol {
  return {
    // As text: a list is read as it comes, and an error among the events need not be one.
    detectFormat: (type) => (/json|event-stream/i.test(type ?? '') ? 'text' : detectFormat(type)),
    request: (turn) => ({ body: geminiRequest(turn) }),
    reader: (reply) => withBareJson(reply, contentReader()),
    errorMessage,
  }
}

function contentReader(): ChatReader {
  let args = createArgsWriter()
  let open: ToolCallDraft | undefined
  let hasCalls = false
  const names = new Set<unknown>()

  function read(event: StreamEvent, draft: MessageDraft): void {
    const chunk = readModelRecord(event, draft)
    const candidate = list(chunk?.candidates).find((each) => !each?.index)
    for (const part of list(candidate?.content?.parts)) readPart(part, draft)
    for (const each of sourcesIn(candidate)) readSource(each, draft)
    readCounts(chunk?.usageMetadata, draft)
    const { modelVersion: model, responseId: id } = chunk ?? {}
    if (id) draft.setMetadata({ id, model })
    const reason = text(candidate?.finishReason)
    const blocked = text(chunk?.promptFeedback?.blockReason)
    if (reason) finish(reason, draft)
    else if (blocked) draft.finish('content-filter', blocked)
  }

  /** One without an address may come with each chunk again. */
  function readSource(source: Json, draft: MessageDraft): void {
    const name = source?.uri ?? source?.title
    if (names.has(name)) return
    names.add(name)
    addSource(source?.uri, source?.title, draft)
  }

  /** `STOP` is also what it says when it wants its tools. */
  function finish(reason: string, draft: MessageDraft): void {
    closeCall()
    const wantsTools = hasCalls && reason === 'STOP'
    draft.finish(wantsTools ? 'tool-calls' : finishReasonOf(reason), reason)
  }

  function readPart(part: Json, draft: MessageDraft): void {
    if (part?.thought) draft.appendReasoning(text(part.text))
    else draft.appendText(text(part?.text))
    const signature = text(part?.thoughtSignature)
    if (part?.functionCall) readCall(part.functionCall, signature, draft)
    else if (signature) keepSignature(part, signature, draft)
    const { mimeType, data, fileUri } = part?.inlineData ?? part?.fileData ?? {}
    if (mimeType && !part?.thought) {
      const url = text(fileUri) || undefined
      draft.addPart({ type: 'file', mediaType: text(mimeType), url, data: text(data) || undefined })
    }
    for (const name of ['executableCode', 'codeExecutionResult']) {
      if (part?.[name]) draft.addPart({ type: 'data', name, data: part[name] })
    }
  }

  /** The signature of a text, which may be empty, goes back with the next request, after the text. */
  function keepSignature(part: Json, thoughtSignature: string, draft: MessageDraft): void {
    const data = { text: '', thought: part?.thought, thoughtSignature }
    draft.addPart({ type: 'data', name: 'gemini', data })
  }

  /** A call comes whole, or as its name, then values of its arguments, and perhaps an empty call at the end. */
  function readCall(call: Json, signature: string, draft: MessageDraft): void {
    const name = text(call?.name)
    if (name) {
      closeCall()
      hasCalls = true
      const id = text(call?.id)
      open = draft.openToolCall({ id, name, ...(signature && { signature }) })
      if (id) open.update({ callProviderMetadata: { gemini: { id } } })
      if (call?.args) open.appendArgs(JSON.stringify(call.args))
    }
    open?.appendArgs(args.write(call?.partialArgs))
    if (!call?.willContinue) closeCall()
  }

  function closeCall(): void {
    open?.appendArgs(args.close())
    open = undefined
  }

  return { read, end: (draft) => (draft.finishReason ? 'complete' : 'cut') }
}

function sourcesIn(candidate: Json): Json[] {
  const { citationMetadata: citations, groundingMetadata: grounding } = candidate ?? {}
  return [
    ...list(grounding?.groundingChunks).map(
      (chunk) => chunk?.web ?? chunk?.retrievedContext ?? chunk?.maps,
    ),
    ...list(citations?.citationSources ?? citations?.citations),
  ]
}

/** Cumulative. What the model thought is counted apart, and paid for as output. */
function readCounts(usage: Json, draft: MessageDraft): void {
  const written = number(usage?.candidatesTokenCount)
  const thought = number(usage?.thoughtsTokenCount)
  const sum = (written ?? thought) === undefined ? undefined : (written ?? 0) + (thought ?? 0)
  readUsage(usage?.promptTokenCount, sum, draft)
}
