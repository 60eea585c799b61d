import { hearMessages, known } from './hear.js'
import { counts } from './openai-chat.js'
import { callsOf, deltasOf, wholeArgs } from './reply.js'
import type { ServedProtocol } from './served-protocol.js'

/** Tool calls come whole, and usage at the end; the API has no place for sources. */
export const workersAi: ServedProtocol = {
  read: (body) => hearMessages(body, known),
  *write(reply) {
    const { parts, usage } = reply
    for (const part of parts) {
      if (part.type === 'reasoning') {
        for (const delta of part.deltas) yield { data: { reasoning_content: delta } }
      }
    }
    for (const response of deltasOf(reply)) yield { data: { response } }
    const calls = callsOf(reply).map((call) => {
      const { id, name } = call
      return { id, name, arguments: wholeArgs(call) }
    })
    yield { data: { response: '', tool_calls: calls, usage: counts(usage) } }
    yield { data: '[DONE]' }
  },
}
