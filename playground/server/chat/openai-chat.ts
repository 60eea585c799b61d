import { hearMessages, offered } from './hear.js'
import { callsOf } from './reply.js'
import type { Reply, ReplyPart } from './reply.js'
import type { ServedProtocol } from './served-protocol.js'

export const openaiChat: ServedProtocol = {
  read: (body) => hearMessages(body, offered(body?.tools)),
  *write(reply) {
    const { id, model, parts, reason, usage } = reply
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      // The delta first: of each message, the list of the wire shows the beginning.
      data: {
        choices: [{ delta, index: 0, finish_reason }],
        id,
        object: 'chat.completion.chunk',
        model,
      },
    })
    yield chunk({ role: 'assistant', content: '' })
    for (const part of parts) for (const delta of deltasIn(part, reply)) yield chunk(delta)
    yield chunk({}, openaiReasons[reason])
    yield {
      data: { id, object: 'chat.completion.chunk', model, choices: [], usage: counts(usage) },
    }
    yield { data: '[DONE]' }
  },
}

const openaiReasons: Record<Reply['reason'], string> = {
  stop: 'stop',
  'tool-calls': 'tool_calls',
}

export function counts({ input, output }: Reply['usage']): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}

/** The first fragment of a call has its id and name, the others only its index. */
function deltasIn(part: ReplyPart, reply: Reply): object[] {
  switch (part.type) {
    case 'reasoning':
      return part.deltas.map((reasoning_content) => ({ reasoning_content }))
    case 'text':
      return part.deltas.map((content) => ({ content }))
    case 'source': {
      const { url, title } = part
      return [{ annotations: [{ type: 'url_citation', url_citation: { url, title } }] }]
    }
    case 'tool-call': {
      const index = callsOf(reply).indexOf(part)
      const start = { id: part.id, type: 'function', function: { name: part.name, arguments: '' } }
      return [start, ...part.args.map((piece) => ({ function: { arguments: piece } }))].map(
        (call) => ({ tool_calls: [{ index, ...call }] }),
      )
    }
  }
}
