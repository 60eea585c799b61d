import { hearMessages, offered } from './hear.js'
import type { ReplyPart } from './reply.js'
import type { Frame, ServedProtocol } from './served-protocol.js'

/** `/v2/chat`: an index for each piece of content, each call and each citation. */
export const cohere: ServedProtocol = {
  read: (body) => hearMessages(body, offered(body?.tools)),
  *write({ id, parts, reason, usage }) {
    yield event('message-start', { id, delta: { message: { role: 'assistant' } } })
    for (const [index, part] of parts.entries()) yield* eventsOf(part, index)
    yield event('message-end', {
      delta: {
        finish_reason: reason === 'stop' ? 'COMPLETE' : 'TOOL_CALL',
        usage: { tokens: { input_tokens: usage.input, output_tokens: usage.output } },
      },
    })
  },
}

function event(type: string, more: object): Frame {
  return { event: type, data: { type, ...more } }
}

function* eventsOf(part: ReplyPart, index: number): Generator<Frame> {
  const about = (type: string, message: object): Frame => event(type, { index, delta: { message } })
  if ('deltas' in part) {
    const key = part.type === 'text' ? 'text' : 'thinking'
    yield about('content-start', { content: { type: key, [key]: '' } })
    for (const delta of part.deltas) yield about('content-delta', { content: { [key]: delta } })
    yield event('content-end', { index })
  } else if (part.type === 'source') {
    const { url, title } = part
    const sources = [{ type: 'document', id: url, document: { url, title } }]
    yield about('citation-start', { citations: { text: title, sources } })
    yield event('citation-end', { index })
  } else {
    const { id, name } = part
    yield about('tool-call-start', {
      tool_calls: { id, type: 'function', function: { name, arguments: '' } },
    })
    for (const args of part.args) {
      yield about('tool-call-delta', { tool_calls: { function: { arguments: args } } })
    }
    yield event('tool-call-end', { index })
  }
}
