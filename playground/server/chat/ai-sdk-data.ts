import { hear, known, messageItem } from './hear.js'
import type { Item } from './hear.js'
import { list, text, words } from './json.js'
import type { Json } from './json.js'
import { wholeArgs } from './reply.js'
import type { ReplyPart } from './reply.js'
import type { Frame, ServedProtocol } from './served-protocol.js'

/** Lines such as `0:"Hello"`, of AI SDK 3.4 and 4. */
export const aiSdkData: ServedProtocol = {
  format: 'text',
  headers: { 'x-vercel-ai-data-stream': 'v1' },
  read: (body) => hear(list(body?.messages).flatMap(itemsIn), known),
  *write({ id, parts, reason, usage }) {
    yield line('f', { messageId: id })
    for (const part of parts) yield* linesOf(part)
    const counts = { promptTokens: usage.input, completionTokens: usage.output }
    const finish = { finishReason: reason, usage: counts }
    yield line('e', { ...finish, isContinued: false })
    yield line('d', finish)
  },
}

function line(code: string, value: unknown): Frame {
  return { data: `${code}:${JSON.stringify(value)}\n` }
}

function itemsIn(message: Json): Item[] {
  const answers = list(message?.toolInvocations).filter((call) => text(call?.state) === 'result')
  return [
    ...messageItem(message),
    ...answers.map((call) => ({ answerTo: text(call?.toolName), answer: words(call?.result) })),
  ]
}

function* linesOf(part: ReplyPart): Generator<Frame> {
  if (part.type === 'reasoning') for (const delta of part.deltas) yield line('g', delta)
  else if (part.type === 'text') for (const delta of part.deltas) yield line('0', delta)
  else if (part.type === 'source') {
    const { url, title } = part
    yield line('h', { sourceType: 'url', id: url, url, title })
  } else {
    const call = { toolCallId: part.id, toolName: part.name }
    yield line('b', call)
    for (const argsTextDelta of part.args) yield line('c', { toolCallId: part.id, argsTextDelta })
    yield line('9', { ...call, args: wholeArgs(part) })
  }
}
