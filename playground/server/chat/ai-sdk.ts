import { hear, known } from './hear.js'
import type { Item } from './hear.js'
import { list, text, words } from './json.js'
import type { Json } from './json.js'
import { wholeArgs } from './reply.js'
import type { ReplyPart } from './reply.js'
import type { Frame, ServedProtocol } from './served-protocol.js'

/** UI message stream, version 1. The server knows the tools: the request has no place for them. */
export const aiSdk: ServedProtocol = {
  headers: { 'x-vercel-ai-ui-message-stream': 'v1' },
  read: (body) => hear(list(body?.messages).flatMap(itemsIn), known),
  *write({ id, parts, reason }) {
    yield { data: { type: 'start', messageId: id } }
    yield { data: { type: 'start-step' } }
    for (const [index, part] of parts.entries()) yield* chunksOf(part, `part-${index}`)
    yield { data: { type: 'finish-step' } }
    yield { data: { type: 'finish', finishReason: reason } }
    yield { data: '[DONE]' }
  },
}

function itemsIn(message: Json): Item[] {
  const parts = list(message?.parts)
  if (text(message?.role) === 'user') {
    const said = parts.map((part) => text(part?.text)).join('')
    return [{ said, files: parts.filter((part) => text(part?.type) === 'file').length }]
  }
  return parts.flatMap((part): Item[] => {
    const [, name] = /^tool-(.*)/.exec(text(part?.type)) ?? []
    const answer = part?.errorText ?? part?.output
    return name && answer !== undefined ? [{ answerTo: name, answer: words(answer) }] : []
  })
}

function* chunksOf(part: ReplyPart, id: string): Generator<Frame> {
  if ('deltas' in part) {
    yield { data: { type: `${part.type}-start`, id } }
    for (const delta of part.deltas) yield { data: { type: `${part.type}-delta`, id, delta } }
    yield { data: { type: `${part.type}-end`, id } }
  } else if (part.type === 'source') {
    yield { data: { type: 'source-url', sourceId: id, url: part.url, title: part.title } }
  } else {
    const call = { toolCallId: part.id, toolName: part.name }
    yield { data: { type: 'tool-input-start', ...call } }
    for (const inputTextDelta of part.args) {
      yield { data: { type: 'tool-input-delta', toolCallId: part.id, inputTextDelta } }
    }
    const input = wholeArgs(part)
    yield { data: { type: 'tool-input-available', ...call, input } }
  }
}
