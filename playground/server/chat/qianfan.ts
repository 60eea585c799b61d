import { hearMessages, none } from './hear.js'
import { counts } from './openai-chat.js'
import { deltasOf, sourcesOf } from './reply.js'
import type { ServedProtocol } from './served-protocol.js'

/** ERNIE as it first was; what a search found comes with the end. */
export const qianfan: ServedProtocol = {
  read: (body) => hearMessages(body, none),
  *write(reply) {
    const { id, usage } = reply
    const deltas = deltasOf(reply)
    for (const [sentence_id, result] of deltas.entries()) {
      yield { data: { id, object: 'chat.completion', sentence_id, is_end: false, result } }
    }
    const found = sourcesOf(reply)
    const search_results = found.map(({ url, title }, at) => ({ index: at + 1, url, title }))
    yield {
      data: {
        id,
        object: 'chat.completion',
        sentence_id: deltas.length,
        is_end: true,
        result: '',
        finish_reason: 'normal',
        usage: counts(usage),
        ...(found.length > 0 && { search_info: { search_results } }),
      },
    }
  },
}
