import { hearMessages, offered } from './hear.js'
import { wholeArgs } from './reply.js'
import type { ReplyPart } from './reply.js'
import type { ServedProtocol } from './served-protocol.js'

/** Lines of JSON; tool calls come whole. */
export const ollama: ServedProtocol = {
  format: 'ndjson',
  read: (body) => hearMessages(body, offered(body?.tools)),
  *write({ model, parts, usage }) {
    const line = (message: object, more: object = { done: false }) => ({
      data: { model, message: { role: 'assistant', content: '', ...message }, ...more },
    })
    for (const part of parts) for (const message of messagesIn(part)) yield line(message)
    const counts = { prompt_eval_count: usage.input, eval_count: usage.output }
    yield line({}, { done: true, done_reason: 'stop', ...counts })
  },
}

function messagesIn(part: ReplyPart): object[] {
  switch (part.type) {
    case 'reasoning':
      return part.deltas.map((thinking) => ({ thinking }))
    case 'text':
      return part.deltas.map((content) => ({ content }))
    case 'tool-call': {
      const args = wholeArgs(part)
      return [{ tool_calls: [{ function: { name: part.name, arguments: args } }] }]
    }
    case 'source':
      return []
  }
}
