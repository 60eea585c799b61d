import { hear, messageItem, none } from './hear.js'
import { list } from './json.js'
import { deltasOf } from './reply.js'
import type { WireFormat } from './wire-format.js'

/** `{ "content": "…" }` for each delta, `[DONE]` at the end. */
export const tutorial: WireFormat = {
  read: (body) => hear(list(body?.messages).flatMap(messageItem), none),
  *write(reply) {
    for (const content of deltasOf(reply)) yield { data: { content } }
    yield { data: '[DONE]' }
  },
}
