import { filesAmong, hear } from './hear.js'
import type { Item } from './hear.js'
import { list, text, words } from './json.js'
import type { Json } from './json.js'
import { sourcesOf, wholeArgs } from './reply.js'
import type { ReplyPart } from './reply.js'
import type { ServedProtocol } from './served-protocol.js'

/** Each event is a whole answer with one more piece in it; the last says why it ended. */
export const gemini: ServedProtocol = {
  read: (body) => hear(list(body?.contents).flatMap(itemsIn), declared(body?.tools)),
  *write(reply) {
    const { id, model, parts, usage } = reply
    const chunk = (candidate: object, more: object = {}) => ({
      data: { candidates: [candidate], modelVersion: model, responseId: id, ...more },
    })
    for (const part of parts) {
      for (const piece of piecesOf(part))
        yield chunk({ content: { role: 'model', parts: [piece] } })
    }
    const chunks = sourcesOf(reply).map(({ url, title }) => ({ web: { uri: url, title } }))
    yield chunk(
      {
        content: { role: 'model', parts: [{ text: '' }] },
        finishReason: 'STOP',
        ...(chunks.length > 0 && { groundingMetadata: { groundingChunks: chunks } }),
      },
      { usageMetadata: { promptTokenCount: usage.input, candidatesTokenCount: usage.output } },
    )
  },
}

function declared(tools: Json): string[] {
  return list(tools).flatMap((tool) =>
    list(tool?.functionDeclarations).map((each) => text(each?.name)),
  )
}

/** A call has no id here: its answer names the function. */
function itemsIn(content: Json): Item[] {
  if (text(content?.role) !== 'user') return []
  const parts = list(content?.parts)
  const answers = parts.flatMap((part) => part?.functionResponse ?? [])
  if (answers.length > 0) {
    return answers.map((answer) => ({
      answerTo: text(answer?.name),
      answer: words(answer?.response?.error ?? answer?.response?.result),
    }))
  }
  const said = parts.map((part) => text(part?.text)).join('')
  return [{ said, files: filesAmong(content?.parts) }]
}

function piecesOf(part: ReplyPart): object[] {
  switch (part.type) {
    case 'reasoning':
      return part.deltas.map((delta) => ({ text: delta, thought: true }))
    case 'text':
      return part.deltas.map((delta) => ({ text: delta }))
    case 'tool-call': {
      const functionCall = { name: part.name, args: wholeArgs(part) }
      return [{ functionCall, thoughtSignature: Buffer.from(part.id).toString('base64') }]
    }
    case 'source':
      return []
  }
}
