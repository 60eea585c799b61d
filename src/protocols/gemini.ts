import { detectFormat } from '../formats/detect-format.js'
import type { StreamEvent } from '../formats/types.js'
import { errorMessage } from './events/backend-error.js'
import { withBareJson } from './json/bare-json.js'
import { readFinishReason } from './message/finish-reason.js'
import { createArgsWriter } from './gemini/gemini-args.js'
import { geminiRequest } from './gemini/gemini-request.js'
import { list, text, textOrJson, type Fields, type Json } from './json/json.js'
import { readModelRecord } from './events/record.js'
import { addSource } from './message/source.js'
import type { ChatProtocol, ChatReader, MessageDraft, ToolCallDraft } from './types.js'
import { readUsage, total } from './message/usage.js'

/**
 * Google's `streamGenerateContent`, of Gemini and of Vertex: events if the URL asks for them with
 * `?alt=sse`, otherwise a JSON list, which is read as it comes. The model is part of the URL.
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
    // As text: a list is read before it is complete, and an error between events may be bare JSON.
    detectFormat: (type) => (/json|event-stream/i.test(type ?? '') ? 'text' : detectFormat(type)),
    request: (turn) => ({ body: geminiRequest(turn) }),
    reader: (reply) => withBareJson(reply, contentReader()),
    errorMessage,
  }
}

function contentReader(): ChatReader {
  const argsWriter = createArgsWriter()
  /** The call whose arguments are still coming. */
  let open: ToolCallDraft | undefined
  let hasCalls = false
  const serverCalls = new Map<unknown, ToolCallDraft>()

  function read(event: StreamEvent, draft: MessageDraft): void {
    const chunk = readModelRecord(event, draft)
    const candidate = list(chunk?.candidates).find((each) => !each?.index)
    for (const part of list(candidate?.content?.parts)) readPart(part, draft)
    readSources(candidate, draft)
    const usage = chunk?.usageMetadata
    // Cumulative. Thoughts are counted separately, and billed as output.
    const output = total([usage?.candidatesTokenCount, usage?.thoughtsTokenCount])
    readUsage(usage?.promptTokenCount, output, draft)
    const { modelVersion: model, responseId: id } = chunk ?? {}
    if (id) draft.setMetadata({ id, model })
    const { blockReason, blockReasonMessage } = chunk?.promptFeedback ?? {}
    const { finishMessage = blockReasonMessage, continuationToken } = candidate ?? {}
    if (finishMessage) draft.setMetadata({ finishMessage })
    if (continuationToken) draft.setMetadata({ continuationToken })
    if (text(blockReason)) draft.finish('content-filter', text(blockReason))
    const reason = text(candidate?.finishReason)
    if (reason) finish(reason, draft)
  }

  /**
   * Gemini also says `STOP` when it waits for tools. A call that is open at another end was cut: its
   * arguments are not closed, so that no tool is run with half of them.
   */
  function finish(reason: string, draft: MessageDraft): void {
    if (reason === 'STOP') closeCall()
    if (reason === 'CONTINUATION') draft.finish('length', reason)
    else readFinishReason(reason, draft, hasCalls)
  }

  function readPart(part: Json, draft: MessageDraft): void {
    const { thought, functionCall, toolCall, toolResponse } = part ?? {}
    const signature = text(part?.thoughtSignature) || undefined
    const file = thought ? undefined : (part?.inlineData ?? part?.fileData)
    if (thought) draft.appendReasoning(text(part?.text))
    else draft.appendText(text(part?.text))
    if (functionCall) readCall(functionCall, signature, draft)
    else if (toolCall) readServerCall(toolCall, signature, draft)
    else if (toolResponse) readServerResponse(toolResponse, signature, draft)
    else if (file?.mimeType) addFile(file, signature, draft)
    // The signature of a text, which may be empty, goes back with the next request, after the text.
    else if (signature) keep({ text: '', thought, thoughtSignature: signature }, draft)
    for (const name of ['executableCode', 'codeExecutionResult']) {
      if (part?.[name]) draft.addPart({ type: 'data', name, data: part[name] })
    }
  }

  /** A call comes whole, or as its name, then values of its arguments, and perhaps an empty call at the end. */
  function readCall(call: Fields, signature: string | undefined, draft: MessageDraft): void {
    const name = text(call.name)
    if (name) {
      closeCall()
      hasCalls = true
      const id = text(call.id)
      const callProviderMetadata = { gemini: id ? { id } : {} }
      open = draft.openToolCall({ id, name, signature, callProviderMetadata })
      open.appendArgs(textOrJson(call.args))
    }
    open?.appendArgs(argsWriter.write(call.partialArgs))
    if (!call.willContinue) closeCall()
  }

  function closeCall(): void {
    open?.appendArgs(argsWriter.close())
    open = undefined
  }

  /** A call of a tool that Google runs itself. */
  function readServerCall(call: Fields, signature: string | undefined, draft: MessageDraft): void {
    const { args, ...more } = call
    const opened = draft.openToolCall({
      id: text(call.id),
      name: text(call.toolType),
      signature,
      providerExecuted: true,
      callProviderMetadata: { gemini: more },
    })
    opened.appendArgs(JSON.stringify(args ?? {}))
    serverCalls.set(call.id, opened)
  }

  /** The result is kept in its call; a data part without it marks the place where it came. */
  function readServerResponse(
    toolResponse: Fields,
    thoughtSignature: string | undefined,
    draft: MessageDraft,
  ): void {
    const { response: result, ...place } = toolResponse
    const call = place['id'] && serverCalls.get(place['id'])
    if (call) call.update({ state: 'done', result })
    keep({ toolResponse: call ? place : toolResponse, thoughtSignature }, draft)
  }

  return { read, end: (draft) => (draft.finishReason ? 'complete' : 'cut') }
}

function keep(data: object, draft: MessageDraft): void {
  draft.addPart({ type: 'data', name: 'gemini', data })
}

function addFile(
  { mimeType, data, fileUri }: Fields,
  thoughtSignature: string | undefined,
  draft: MessageDraft,
): void {
  draft.addPart({
    type: 'file',
    mediaType: text(mimeType),
    url: text(fileUri) || undefined,
    data: text(data) || undefined,
    providerMetadata: { gemini: { thoughtSignature } },
  })
}

/** What was searched for, what was asked to be read, and what is cited. */
function readSources(candidate: Json, draft: MessageDraft): void {
  const { citationMetadata: citations, groundingMetadata: grounding } = candidate ?? {}
  const found = list(grounding?.groundingChunks).map(
    (chunk) => chunk?.web ?? chunk?.retrievedContext ?? chunk?.maps ?? chunk?.image,
  )
  for (const page of list(candidate?.urlContextMetadata?.urlMetadata)) {
    if (text(page?.urlRetrievalStatus).endsWith('SUCCESS')) addSource(page?.retrievedUrl, '', draft)
  }
  for (const each of [...found, ...list(citations?.citationSources ?? citations?.citations)]) {
    addSource(each?.uri ?? each?.sourceUri, each?.title, draft)
  }
}
