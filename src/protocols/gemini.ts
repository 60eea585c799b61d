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
  const serverCalls = new Map<unknown, ToolCallDraft>()

  function read(event: StreamEvent, draft: MessageDraft): void {
    const chunk = readModelRecord(event, draft)
    const candidate = list(chunk?.candidates).find((each) => !each?.index)
    for (const part of list(candidate?.content?.parts)) readPart(part, draft)
    for (const each of sourcesIn(candidate)) readSource(each, draft)
    readCounts(chunk?.usageMetadata, draft)
    const { modelVersion: model, responseId: id } = chunk ?? {}
    if (id) draft.setMetadata({ id, model })
    for (const name of ['finishMessage', 'continuationToken']) {
      if (candidate?.[name]) draft.setMetadata({ [name]: candidate[name] })
    }
    const reason = text(candidate?.finishReason)
    const blocked = text(chunk?.promptFeedback?.blockReason)
    if (reason) finish(reason, draft)
    else if (blocked) draft.finish('content-filter', blocked)
  }

  /** One without an address may come with each chunk again. */
  function readSource(source: Json, draft: MessageDraft): void {
    const url = source?.uri ?? source?.sourceUri
    const name = url ?? source?.title
    if (names.has(name)) return
    names.add(name)
    addSource(url, source?.title, draft)
  }

  /** `STOP` is also what it says when it wants its tools. */
  function finish(reason: string, draft: MessageDraft): void {
    closeCall()
    if (hasCalls && reason === 'STOP') draft.finish('tool-calls', reason)
    else draft.finish(reason === 'CONTINUATION' ? 'length' : finishReasonOf(reason), reason)
  }

  function readPart(part: Json, draft: MessageDraft): void {
    if (part?.thought) draft.appendReasoning(text(part.text))
    else draft.appendText(text(part?.text))
    const signature = text(part?.thoughtSignature)
    const file = part?.thought ? undefined : (part?.inlineData ?? part?.fileData)
    if (part?.functionCall) readCall(part.functionCall, signature, draft)
    else if (part?.toolCall) readServerCall(part.toolCall, signature, draft)
    else if (part?.toolResponse) readServerResponse(part.toolResponse, signature, draft)
    else if (file?.mimeType) readFile(file, signature, draft)
    else if (signature) keepSignature(part, signature, draft)
    for (const name of ['executableCode', 'codeExecutionResult']) {
      if (part?.[name]) draft.addPart({ type: 'data', name, data: part[name] })
    }
  }

  /** The signature of a text, which may be empty, goes back with the next request, after the text. */
  function keepSignature(part: Json, thoughtSignature: string, draft: MessageDraft): void {
    const data = { text: '', thought: part?.thought, thoughtSignature }
    draft.addPart({ type: 'data', name: 'gemini', data })
  }

  /** A tool that Google runs itself. */
  function readServerCall(call: Json, signature: string, draft: MessageDraft): void {
    const { args: input, ...more } = call!
    const start = { id: text(call?.id), name: text(call?.toolType), providerExecuted: true }
    const opened = draft.openToolCall({ ...start, ...(signature && { signature }) })
    opened.update({ callProviderMetadata: { gemini: more } })
    opened.appendArgs(JSON.stringify(input ?? {}))
    serverCalls.set(call?.id, opened)
  }

  /** The call has what came of it; what is kept here says where it came. */
  function readServerResponse(response: Json, signature: string, draft: MessageDraft): void {
    const { response: result, ...place } = response!
    const call = response?.id ? serverCalls.get(response.id) : undefined
    call?.update({ state: 'done', result })
    const data = {
      toolResponse: call ? place : response,
      ...(signature && { thoughtSignature: signature }),
    }
    draft.addPart({ type: 'data', name: 'gemini', data })
  }

  function readFile(
    { mimeType, data, fileUri }: NonNullable<Json>,
    thoughtSignature: string,
    draft: MessageDraft,
  ): void {
    draft.addPart({
      type: 'file',
      mediaType: text(mimeType),
      url: text(fileUri) || undefined,
      data: text(data) || undefined,
      providerMetadata: { gemini: thoughtSignature ? { thoughtSignature } : {} },
    })
  }

  /** A call comes whole, or as its name, then values of its arguments, and perhaps an empty call at the end. */
  function readCall(call: Json, signature: string, draft: MessageDraft): void {
    const name = text(call?.name)
    if (name) {
      closeCall()
      hasCalls = true
      const id = text(call?.id)
      open = draft.openToolCall({ id, name, ...(signature && { signature }) })
      open.update({ callProviderMetadata: { gemini: id ? { id } : {} } })
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
      (chunk) => chunk?.web ?? chunk?.retrievedContext ?? chunk?.maps ?? chunk?.image,
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
