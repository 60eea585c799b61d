import { hear, known, messageItem } from './hear.js'
import { list } from './json.js'
import { callsOf, sourcesOf } from './reply.js'
import type { Reply, ReplyPart } from './reply.js'
import type { ServedProtocol } from './served-protocol.js'

/** Increments, and until the end a finish reason that is the word "null". */
export const dashscope: ServedProtocol = {
  read: (body) => hear(list(body?.input?.messages).flatMap(messageItem), known),
  *write(reply) {
    const { id, parts, reason, usage } = reply
    const counts = { input_tokens: usage.input, output_tokens: usage.output }
    const result = (message: object, finish_reason: string, more: object = {}) => ({
      event: 'result',
      data: {
        output: {
          choices: [{ message: { role: 'assistant', content: '', ...message }, finish_reason }],
          ...more,
        },
        usage: counts,
        request_id: id,
      },
    })
    for (const part of parts) {
      for (const message of messagesIn(part, reply)) yield result(message, 'null')
    }
    const found = sourcesOf(reply)
    const search_results = found.map(({ url, title }, at) => ({ index: at + 1, url, title }))
    const more = found.length > 0 ? { search_info: { search_results } } : {}
    yield result({}, reason === 'stop' ? 'stop' : 'tool_calls', more)
  },
}

function messagesIn(part: ReplyPart, reply: Reply): object[] {
  switch (part.type) {
    case 'reasoning':
      return part.deltas.map((reasoning_content) => ({ reasoning_content }))
    case 'text':
      return part.deltas.map((content) => ({ content }))
    case 'tool-call': {
      const index = callsOf(reply).indexOf(part)
      const start = { id: part.id, function: { name: part.name, arguments: '' } }
      return [start, ...part.args.map((args) => ({ id: '', function: { arguments: args } }))].map(
        (call) => ({ tool_calls: [{ index, type: 'function', ...call }] }),
      )
    }
    case 'source':
      return []
  }
}
